import { formatNs, formatSeconds } from '../report/format.js';
import type { Environment } from '../results/environment.js';
import { memoryNeed } from '../workload/memory-need.js';
import { frameNeed } from '../workload/physical-memory.js';
import { estimateSeconds, resolvePlanText } from '../workload/plan-text.js';
import type { BenchRecord, PreparedWorkload } from './bench-record.js';

const runningStrategies = ({ strategies }: PreparedWorkload): number =>
  strategies.filter(({ status }) => status === 'ok').length;

export const trialsOf = (workload: PreparedWorkload): number =>
  workload.orders.reduce((sum, order) => sum + order.length, 0);

/** Seconds that the workload takes at most. */
export const secondsOf = (workload: PreparedWorkload): number =>
  estimateSeconds(workload.plan, {
    strategies: runningStrategies(workload),
    blocks: workload.orders.length,
  });

/** `mmlock 0.1.0 · Node 20.20.2 · 16 CPUs, Xeon… · kernel 6.8 · seed 4711`. */
export function describeMachine(version: string, environment: Environment, seed: number): string {
  const { cpus, cpuModel, kernel, node } = environment;
  return [
    `mmlock ${version}`,
    `Node ${node.replace(/^v/, '')}`,
    `${cpus} CPU${cpus === 1 ? '' : 's'}${cpuModel === null ? '' : `, ${cpuModel}`}`,
    `kernel ${kernel}`,
    `seed ${seed}`,
  ].join(' · ');
}

/** What will run, how long it takes at most, and what of it was not asked for. */
export function describeWork(workload: PreparedWorkload): string {
  const { name, plan, orders, blocksAsked, blocksReason } = workload;
  const running = runningStrategies(workload);
  const rounded =
    blocksReason === null ? '' : `\n  blocks ${blocksAsked} → ${orders.length} (${blocksReason})`;
  const { machine } = plan;
  const where = machine === undefined ? '' : `${machine.profile.name} with ${machine.cpus} CPUs, `;
  const time =
    machine === undefined ? `at most ${formatSeconds(secondsOf(workload))}` : 'virtual time';
  return (
    `${name}, ${where}${plan.threads} thread${plan.threads === 1 ? '' : 's'}, ${orders.length} blocks × ` +
    `${running} ${running === 1 ? 'strategy' : 'strategies'} × ${formatNs(plan.run.durationNs)}, ` +
    `${time}${rounded}`
  );
}

/** All that `--dry-run` says of a workload. */
export function describePlan(workload: PreparedWorkload): string {
  const { plan, orders, blocksAsked, blocksReason } = workload;
  const lines = workload.strategies.map(({ strategy, status, reason }) => {
    const reference = strategy.name === workload.reference ? ' (reference)' : '';
    const verdict = status === 'ok' ? '' : `, unsupported: ${reason ?? 'no reason given'}`;
    return `  strategy ${strategy.name}${reference}${verdict}\n`;
  });
  const rounded =
    blocksReason === null ? '' : `  blocks ${blocksAsked} → ${orders.length} (${blocksReason})\n`;
  const text = resolvePlanText(plan, {
    name: workload.name,
    strategies: runningStrategies(workload),
    blocks: orders.length,
    needBytes: memoryNeed(
      plan,
      frameNeed(plan.space, plan.roles),
      workload.strategies.some(({ strategy }) => strategy.granularity === 'private'),
    ),
  });
  return text + rounded + lines.join('');
}

/** What a run that did not finish has left behind. */
export function describeInterruption(record: BenchRecord, path: string, saved: boolean): string {
  const { interruption } = record;
  if (interruption === null) return '';
  const kept = `${record.allFinishedBlocks()} of ${record.plannedBlocks()} blocks were finished`;
  const where = saved ? `, kept in ${path} and marked there as incomplete` : '';
  const head = interruption.kind === 'signal' ? 'stopped' : 'mmlock: the run failed';
  return `${head}: ${interruption.text}\n${kept}${where}\n`;
}
