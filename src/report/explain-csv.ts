import type { StrategyExplanation, WorkloadExplanation } from '../explain/explanation.js';
import { csvText, type Field } from '../results/csv-text.js';
import type { ExplainReport } from './explain-report.js';

const columns = [
  ...['workload', 'engine', 'strategy', 'threads', 'machine', 'cpus', 'role', 'role_threads'],
  ...['operation', 'operations', 'blocks', 'part', 'lock_class', 'ns', 'share'],
  ...['ns_per_operation', 'least_ns', 'most_ns', 'status', 'reason'],
] as const;
type Column = (typeof columns)[number];

/**
 * One row a strategy and part of the time; the parts of a strategy add up to its row `all`. `idle` is the CPUs' time in
 * which they ran nothing, and no part of it. A strategy that did not run has one row, without a part.
 */
export const csvExplanation: ExplainReport = ({ workloads }) =>
  csvText(
    columns,
    workloads.flatMap((workload) =>
      workload.strategies.flatMap((strategy) => rowsOf(workload, strategy)),
    ),
  );

function rowsOf(
  explanation: WorkloadExplanation,
  { strategy, reason, time }: StrategyExplanation,
): Partial<Record<Column, Field>>[] {
  const { workload, engine, threads, machine, role, roleThreads, operation, blocks } = explanation;
  const shared = {
    ...{ workload, engine, strategy, threads, machine: machine?.name, cpus: machine?.cpus },
    ...{ role, role_threads: roleThreads, operation, operations: time?.operations, blocks },
    ...{ status: time === null ? 'unsupported' : 'ok', reason },
  };
  if (time === null) return [shared];
  const whole = { kind: 'all', lockClass: null, ns: time.wholeNs, share: 1 };
  const rows = [...time.parts, { ...whole, perOperation: time.perOperation }].map(
    ({ kind, lockClass, ns, share, perOperation }) => ({
      ...{ ...shared, part: kind, lock_class: lockClass, ns, share },
      ns_per_operation: perOperation?.ns,
      least_ns: perOperation?.least,
      most_ns: perOperation?.most,
    }),
  );
  return time.idleShare === null
    ? rows
    : [...rows, { ...shared, part: 'idle', share: time.idleShare }];
}
