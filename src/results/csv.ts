import type { Trial, TrialRow } from '../engines/trial.js';
import { Counters, Events } from '../machine/counters.js';
import { lockClasses } from '../machine/lock-class.js';
import { jainIndex, shareRange } from '../stats/fairness.js';
import { snakeCase, type Times } from '../workload/metrics.js';
import type { RolePlan } from '../workload/plan.js';
import { isOpenLoop } from './analyse-operations.js';
import { csvText, type Field } from './csv-text.js';
import { rowCount, threadCounts, timesOf } from './metrics.js';
import type { Result, WorkloadResult } from './result.js';

const counterNames = Object.keys(new Counters()) as (keyof Counters)[];
const eventNames = Object.keys(new Events()) as (keyof Events)[];

/** Columns of the tidy form. Later versions may add some behind, never between. */
export const trialColumns: readonly string[] = [
  ...['workload', 'engine', 'strategy', 'trial', 'threads', 'role', 'op', 'count', 'seconds'],
  ...['ops_per_s', 'mean_ns', 'p50_ns', 'p90_ns', 'p99_ns', 'p999_ns', 'max_ns'],
  ...['wait_mean_ns', 'wait_p99_ns', 'wait_max_ns', 'fairness'],
  ...['status', 'reason', 'role_threads', 'open_loop', 'sampled'],
  ...['hold_mean_ns', 'hold_p99_ns', 'hold_max_ns', 'starvation_ns', 'min_share'],
  ...counterNames.map(snakeCase),
  ...eventNames.map(snakeCase),
  ...['machine', 'cpus', 'cell'],
];

type TidyRecord = Readonly<Record<string, Field>>;

/** The workload's name without that of a cell. */
const plainName = ({ name, cell, plan }: WorkloadResult): string =>
  cell === undefined ? name : plan.workload;

/** `fault-storm/threads=8/rwsem-spin`, with the other values of a matrix's cell: `…/threads=8,space.processes=2/…`. */
export function cellName(workload: WorkloadResult, strategy: string): string {
  const knobs = { ...workload.cell?.values, threads: workload.plan.threads };
  const { threads, ...others } = knobs;
  const values = Object.entries({ threads, ...others }).map(([knob, value]) => `${knob}=${value}`);
  return `${plainName(workload)}/${values.join(',')}/${strategy}`;
}

/**
 * One row for each workload, strategy, trial, role and operation; for a refused strategy, one row with
 * status and reason. Counters are those of the whole trial, the same on each of its rows.
 */
export function trialsCsv(result: Result): string {
  const records = result.workloads.flatMap((workload) => [
    ...workload.trials.flatMap((trial) => trialRecords(result, workload, trial)),
    ...workload.strategies
      .filter(({ status }) => status === 'unsupported')
      .map(({ strategy, status, reason }) => ({
        ...cellFields(result, workload, strategy.name),
        status,
        reason,
      })),
  ]);
  return csvText(trialColumns, records);
}

/** What stands on every row of a cell. */
export function cellFields(
  result: Result,
  workload: WorkloadResult,
  strategy: string,
): Record<string, Field> {
  const { plan } = workload;
  return {
    workload: plainName(workload),
    engine: result.engine,
    strategy,
    threads: plan.threads,
    machine: plan.machine?.profile.name,
    cpus: plan.machine?.cpus ?? result.environment?.cpus,
    cell: cellName(workload, strategy),
  };
}

function trialRecords(result: Result, workload: WorkloadResult, trial: Trial): TidyRecord[] {
  const shared = {
    ...cellFields(result, workload, trial.strategy),
    trial: trial.block,
    seconds: trial.seconds,
    status: 'ok',
    ...countFields(trial),
  };
  return workload.plan.roles.flatMap((role) => {
    const ofRole = { ...shared, ...roleFields(trial, role) };
    return trial.rows
      .filter((row) => row.role === role.name)
      .map((row) => ({ ...ofRole, ...rowFields(row, trial.seconds) }));
  });
}

function countFields(trial: Trial): TidyRecord {
  const fields: Record<string, Field> = {};
  for (const name of counterNames) {
    let total = 0;
    for (const lockClass of lockClasses) total += trial.counters[lockClass]?.[name] ?? 0;
    fields[snakeCase(name)] = total;
  }
  const events: Partial<Events> = trial.events;
  for (const name of eventNames) fields[snakeCase(name)] = events[name];
  return fields;
}

function roleFields(trial: Trial, role: RolePlan): TidyRecord {
  const counts = threadCounts(trial, role);
  return {
    role: role.name,
    role_threads: role.threads,
    open_loop: isOpenLoop(role),
    fairness: jainIndex(counts),
    min_share: shareRange(counts)?.min,
  };
}

function rowFields(row: TrialRow, seconds: number): TidyRecord {
  const times = (of: Times, statistic: number | 'mean'): number | null =>
    timesOf(row, of, statistic);
  const count = rowCount(row);
  return {
    op: row.op,
    count,
    ops_per_s: count / seconds,
    mean_ns: times('latency', 'mean'),
    p50_ns: times('latency', 0.5),
    p90_ns: times('latency', 0.9),
    p99_ns: times('latency', 0.99),
    p999_ns: times('latency', 0.999),
    max_ns: row.maxNs,
    wait_mean_ns: times('wait', 'mean'),
    wait_p99_ns: times('wait', 0.99),
    wait_max_ns: row.waitMaxNs,
    sampled: row.gap,
    hold_mean_ns: times('hold', 'mean'),
    hold_p99_ns: times('hold', 0.99),
    hold_max_ns: row.holdMaxNs,
    starvation_ns: row.starvationNs,
  };
}
