import type { Trace } from '../engines/sim/trace.js';
import { formatNs } from '../report/format.js';
import type { MachinePlan, Plan } from '../workload/plan.js';
import { traceEvents } from './trace-events.js';

/** What was traced, for whoever finds the file. */
export interface TraceSubject {
  readonly plan: Plan;
  readonly machine: MachinePlan;
  readonly strategy: string;
  readonly block: number;
  /** mmlock's. */
  readonly version: string;
}

/** The file that Perfetto and chrome://tracing open. Times count from the opening of the window. */
export function traceText(trace: Trace, subject: TraceSubject): string {
  const { plan, machine, strategy, block, version } = subject;
  const notes = traceNotes(trace);
  const otherData = {
    ...{ mmlock: version, workload: plan.workload, strategy, machine: machine.profile.name },
    ...{ cpus: machine.cpus, threads: plan.threads, seed: plan.seed, block },
    ...{ ns: trace.closeNs - trace.openNs, notes },
  };
  const events = traceEvents(trace, plan, machine, notes).map((event) => JSON.stringify(event));
  // The events come first: viewers have been known to stop at a key that they do not know. They take times for µs as
  // long as no `displayTimeUnit` says otherwise.
  return `{"traceEvents":[\n${events.join(',\n')}\n],"otherData":${JSON.stringify(otherData)}}\n`;
}

/** What is not in the trace although it was asked for, as sentences. */
export function traceNotes(trace: Trace): readonly string[] {
  return [
    ...(trace.isCut
      ? [
          `too much happens for more than the first ${formatNs(trace.closeNs - trace.openNs)}: the trace ends there`,
        ]
      : []),
    ...(trace.leavesTransfersOut
      ? [
          `${trace.transfers} transfers of cache lines are left out: a shorter window would show them`,
        ]
      : []),
  ];
}
