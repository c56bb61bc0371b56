import type { SpentTime, Trial } from '../engines/trial.js';
import { cellsOf } from '../results/cells.js';
import { metricValue, throughputUnit } from '../results/metrics.js';
import type { Result, StrategyResult, WorkloadResult } from '../results/result.js';
import type { RolePlan } from '../workload/plan.js';
import type {
  PartName,
  PartOfTime,
  Spread,
  StrategyExplanation,
  TimeOfOperation,
  WorkloadExplanation,
} from './explanation.js';
import { byRank, partKey, partsOf } from './parts.js';

/** An explanation, or why there is none, as a sentence for the user. */
export type Explained =
  | { readonly ok: true; readonly explanation: WorkloadExplanation }
  | {
      readonly ok: false;
      /** `damaged`: the result contradicts itself. `missing`: it does not hold what it takes. */
      readonly kind: 'damaged' | 'missing';
      readonly message: string;
    };

/** What a time may be off, as a share of it: trials say how long their window was in seconds. */
const rounding = 1e-9;

/**
 * Where the time of an operation of a role went: the time of the role's threads in the window, by what they spent it
 * on, divided by the operations that they finished.
 *
 * @param strategies labels of those to explain; undefined: all
 */
export function explainRole(
  result: Pick<Result, 'engine'>,
  workload: WorkloadResult,
  role: RolePlan,
  strategies?: readonly string[],
): Explained {
  const { plan } = workload;
  const cells = cellsOf(workload);
  const all = [...cells.trials.values()].flat();
  if (all.length === 0) {
    return missing(`${workload.name} has no block in which every strategy finished; run it again`);
  }
  if (all.some(({ spent }) => spent === undefined)) {
    return missing(
      `${workload.name} ran on the engine ${result.engine}, which does not know where time went; ` +
        `run it on a simulated machine: mmlock bench ${workload.file} --engine sim`,
    );
  }
  const shown = (
    strategies === undefined
      ? workload.strategies
      : workload.strategies.filter(({ strategy }) => strategies.includes(strategy.name))
  ).map((arm) => ({ arm, blocks: (cells.trials.get(arm.strategy.name) ?? []).map(blockOf(role)) }));
  let differenceNs = 0;
  for (const { arm, blocks } of shown) {
    for (const { block, wholeNs, parts } of blocks) {
      const sum = sumOf(parts.map(({ ns }) => ns));
      const difference = Math.abs(sum - wholeNs);
      // Written so that a sum that is no number counts as wrong.
      if (!(difference <= wholeNs * rounding)) {
        return {
          ok: false,
          kind: 'damaged',
          message:
            `${workload.name}: the time of ${role.name} under ${arm.strategy.name} in block ${block} adds up to ` +
            `${sum} ns, not to ${role.threads} threads × window = ${wholeNs} ns; take an intact copy, or run bench again`,
        };
      }
      differenceNs = Math.max(differenceNs, difference);
    }
  }
  return {
    ok: true,
    explanation: {
      workload: workload.name,
      engine: result.engine,
      threads: plan.threads,
      machine:
        plan.machine === undefined
          ? null
          : { name: plan.machine.profile.name, cpus: plan.machine.cpus },
      reference: workload.reference,
      role: role.name,
      roleThreads: role.threads,
      otherRoles: plan.roles.map(({ name }) => name).filter((name) => name !== role.name),
      operation: operationOf(role),
      blocks: cells.blocks.length,
      windowNs: plan.run.durationNs,
      differenceNs,
      strategies: shown.map(({ arm, blocks }) => explainStrategy(workload, arm, blocks)),
    },
  };
}

const missing = (message: string): Explained => ({ ok: false, kind: 'missing', message });

/** What throughput counts, one of it: `fault` of `fault/s`. */
function operationOf(role: RolePlan): string {
  const unit = throughputUnit(role).replace(/\/s$/, '');
  return unit === 'rounds' ? 'round' : unit === 'op' ? 'operation' : unit;
}

/** One role in one window. */
interface Block {
  readonly block: number;
  readonly operations: number;
  readonly wholeNs: number;
  readonly windowNs: number;
  readonly idleNs: number | undefined;
  readonly parts: readonly (PartName & { readonly ns: number })[];
}

const nothing: Omit<SpentTime, 'role'> = { ns: {}, waits: [] };

const blockOf =
  (role: RolePlan) =>
  (trial: Trial): Block => {
    const windowNs = trial.seconds * 1e9;
    const rate = metricValue(trial, { kind: 'throughput' }, { role, op: null }) ?? 0;
    const spent = trial.spent?.find((each) => each.role === role.name);
    return {
      block: trial.block,
      operations: rate * trial.seconds,
      wholeNs: role.threads * windowNs,
      windowNs,
      idleNs: trial.idleNs,
      parts: partsOf({ role: role.name, ...nothing, ...spent }),
    };
  };

function explainStrategy(
  { plan, reference }: WorkloadResult,
  { strategy, reason }: StrategyResult,
  blocks: readonly Block[],
): StrategyExplanation {
  const { name } = strategy;
  const time = blocks.length === 0 ? null : timeOf(blocks, plan.machine?.cpus);
  return { strategy: name, reason, isReference: name === reference, time };
}

function timeOf(blocks: readonly Block[], cpus: number | undefined): TimeOfOperation {
  const operations = sumOf(blocks.map((block) => block.operations));
  const wholeNs = sumOf(blocks.map((block) => block.wholeNs));
  const names = new Map<string, PartName>();
  for (const { parts } of blocks) {
    for (const { kind, lockClass } of parts) {
      names.set(partKey({ kind, lockClass }), { kind, lockClass });
    }
  }
  const parts = [...names.values()].sort(byRank).map((name): PartOfTime => {
    const each = blocks.map((block) => nsOf(block, name));
    const ns = sumOf(each);
    return { ...name, ns, share: ns / wholeNs, perOperation: spreadOf(blocks, each, operations) };
  });
  const whole = blocks.map((block) => block.wholeNs);
  return {
    operations,
    wholeNs,
    perOperation: spreadOf(blocks, whole, operations),
    idleShare: idleOf(blocks, cpus),
    parts,
  };
}

const nsOf = ({ parts }: Block, name: PartName): number =>
  parts.find((part) => partKey(part) === partKey(name))?.ns ?? 0;

/** Sums are divided, not ratios averaged: then the parts add up, and a block counts by what was done in it. */
function spreadOf(
  blocks: readonly Block[],
  ns: readonly number[],
  operations: number,
): Spread | null {
  const each = blocks.flatMap((block, index) =>
    block.operations > 0 ? [(ns[index] ?? 0) / block.operations] : [],
  );
  return each.length === 0
    ? null
    : { ns: sumOf(ns) / operations, least: Math.min(...each), most: Math.max(...each) };
}

function idleOf(blocks: readonly Block[], cpus: number | undefined): number | null {
  const idle = blocks.flatMap(({ idleNs }) => idleNs ?? []);
  if (cpus === undefined || idle.length < blocks.length) return null;
  return sumOf(idle) / (cpus * sumOf(blocks.map(({ windowNs }) => windowNs)));
}

const sumOf = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
