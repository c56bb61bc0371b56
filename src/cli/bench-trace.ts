import { loadLocks } from '../engines/load-locks.js';
import type { Strategy } from '../strategies/strategy.js';
import { unknownWordMessage } from '../workload/issues.js';
import type { MachinePlan, Plan } from '../workload/plan.js';
import type { BenchOptions } from './bench-options.js';
import type { PreparedWorkload } from './bench-record.js';
import { writeDerivedFile } from './derived-file.js';
import { readVersion } from './version.js';

/** Of the window, ns: a few hundred operations of each thread. */
const usualWindowNs = 1e6;
/** The block whose run is traced. */
const block = 1;

/** What is traced once everything is measured. */
export interface TraceJob {
  readonly plan: Plan;
  readonly machine: MachinePlan;
  readonly strategy: Strategy;
  readonly windowNs: number;
}

/** The job, null where nothing is to be traced; or what is wrong, as a sentence. */
export type SettledTrace =
  | { readonly ok: true; readonly job: TraceJob | null }
  | { readonly ok: false; readonly message: string };

/** Settles `--trace`, `--trace-window`, `--trace-strategy` and `--trace-workload`. */
export function settleTrace(
  workloads: readonly PreparedWorkload[],
  { engine, trace, traceStrategy, traceWindow, traceWorkload }: BenchOptions,
): SettledTrace {
  const asked = [
    ...(trace === undefined ? [] : ['--trace']),
    ...(traceWindow === undefined ? [] : ['--trace-window']),
    ...(traceStrategy === undefined ? [] : ['--trace-strategy']),
    ...(traceWorkload === undefined ? [] : ['--trace-workload']),
  ];
  if (asked.length === 0) return { ok: true, job: null };
  if (engine !== 'sim') {
    return refuse(
      `${asked.join(', ')}: only --engine sim can be traced; add it, or leave this out`,
    );
  }
  if (trace === undefined) {
    return refuse(`${asked.join(', ')}: say where the trace goes: --trace FILE`);
  }
  const names = workloads.map(({ name }) => name);
  if (traceWorkload === undefined && names.length > 1) {
    return refuse(
      `--trace: a trace shows one workload, and there are ${names.length}: ` +
        `name it with --trace-workload (${names.join(', ')})`,
    );
  }
  const workload = workloads.find(({ name }) => name === (traceWorkload ?? name));
  if (workload === undefined) {
    return refuse(
      `--trace-workload: ${unknownWordMessage('workload', traceWorkload ?? '', names)}`,
    );
  }
  const { plan, strategies, reference } = workload;
  if (plan.machine === undefined) throw new Error(`${workload.name} has no machine`);
  const name = traceStrategy ?? reference;
  const arm = strategies.find(({ strategy }) => strategy.name === name);
  if (arm === undefined) {
    const known = strategies.map(({ strategy }) => strategy.name);
    return refuse(`--trace-strategy: ${unknownWordMessage('strategy', name, known)}`);
  }
  if (arm.status === 'unsupported') {
    return refuse(`--trace-strategy: ${name} does not run: ${arm.reason ?? 'unsupported'}`);
  }
  const windowNs = traceWindow ?? usualWindowNs;
  return { ok: true, job: { plan, machine: plan.machine, strategy: arm.strategy, windowNs } };
}

const refuse = (message: string): SettledTrace => ({ ok: false, message });

/** What became of a trace, in sentences; `ok` false: it is not there. */
export interface WrittenTrace {
  readonly ok: boolean;
  readonly lines: readonly string[];
}

/** Runs the block's trial once more, which is the same again, and writes what happened in it. */
export async function writeTrace(job: TraceJob, path: string): Promise<WrittenTrace> {
  const { plan, machine, strategy, windowNs } = job;
  const { traceTrial } = await import('../engines/sim/trace-trial.js');
  const { traceNotes, traceText } = await import('../trace/trace-text.js');
  const locks = await loadLocks(plan, 'steps');
  const { trace } = traceTrial(plan, machine, strategy, locks, block, windowNs);
  const subject = { plan, machine, strategy: strategy.name, block, version: readVersion() };
  const failure = writeDerivedFile('--trace', path, traceText(trace, subject));
  return failure === null
    ? {
        ok: true,
        lines: [
          `traced ${strategy.name}, block ${block}: ${path} (open it in https://ui.perfetto.dev)`,
          ...traceNotes(trace).map((note) => `  ${note}`),
        ],
      }
    : { ok: false, lines: [failure] };
}
