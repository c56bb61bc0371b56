import { sum } from 'simple-statistics';
import { lackedCpu, type Trial } from '../engines/trial.js';
import { findDrift } from '../stats/drift.js';
import { leastBlocks } from '../stats/family.js';
import { isLoaded, stealWorthNoting } from '../system/cpu-time.js';
import type { OperationRow } from './analysis.js';
import { isOversubscribed, yieldShare } from './analyse-strategies.js';
import type { Cells } from './cells.js';
import { threadCounts, type Subject } from './metrics.js';
import { medianExceedances, soundExceedances } from './percentiles.js';
import type { Note } from './notes.js';
import type { Result, WorkloadResult } from './result.js';

/** What notes are found in. */
export interface Findings {
  readonly result: Result;
  readonly workload: WorkloadResult;
  readonly cells: Cells;
  readonly subject: Subject;
  readonly comparisons: number;
  readonly operations: readonly OperationRow[];
}

/** All notes, those about the whole run first. */
export function findNotes(findings: Findings): Note[] {
  return [
    ...runNotes(findings),
    ...machineNotes(findings),
    ...[...findings.cells.trials].flatMap(([label, trials]) =>
      strategyNotes(findings, label, trials),
    ),
    ...measuringNotes(findings),
    ...modelNotes(findings),
    ...findings.workload.notes.map((text): Note => ({ type: 'engine', text, advice: '' })),
  ];
}

const percent = (share: number): string => `${Number((share * 100).toPrecision(2))}%`;

function runNotes({ workload, cells, comparisons }: Findings): Note[] {
  const notes: Note[] = [];
  const blocks = cells.blocks.length;
  const planned = workload.orders.length;
  if (blocks < planned) {
    notes.push({
      type: 'incomplete',
      blocks,
      planned,
      text: `only ${blocks} of ${planned} blocks finished`,
      advice: 'run bench again for the rest',
    });
  }
  const needed = leastBlocks(comparisons);
  if (blocks > 0 && blocks < needed) {
    notes.push({
      type: 'few-blocks',
      blocks,
      needed,
      text: `${blocks} blocks give no interval over ${comparisons} comparisons`,
      advice: `use --blocks ${needed} or more`,
    });
  }
  for (const { strategy, status, reason } of workload.strategies) {
    if (status !== 'unsupported') continue;
    const text = `${strategy.name} is unsupported: ${reason ?? 'no reason given'}`;
    notes.push({ type: 'unsupported', strategy: strategy.name, text, advice: '' });
  }
  return notes;
}

function machineNotes({ result: { environment } }: Findings): Note[] {
  // A simulated machine is disturbed by nothing.
  if (environment === null) return [];
  const notes: Note[] = [];
  const { stealShare, load, cpus, governor } = environment;
  if (stealShare !== null && stealShare > stealWorthNoting) {
    notes.push({
      type: 'steal',
      share: stealShare,
      text: `the hypervisor gave ${percent(stealShare)} of the CPU time to others`,
      advice: 'use a machine of your own, or more blocks',
    });
  }
  const before = load[0] ?? 0;
  if (isLoaded(before, cpus)) {
    notes.push({
      type: 'load',
      load: before,
      cpus,
      text: `the load was ${before.toFixed(1)} on ${cpus} CPUs before the run began`,
      advice: 'stop what else runs, and measure again',
    });
  }
  if (governor !== null && governor !== 'performance') {
    notes.push({
      type: 'governor',
      governor,
      text: `the frequency governor is ${governor}`,
      advice: 'cpupower frequency-set -g performance',
    });
  }
  return notes;
}

function strategyNotes(
  { workload, subject }: Findings,
  strategy: string,
  trials: readonly Trial[],
): Note[] {
  const notes: Note[] = [];
  const of = trials.length;
  const unsteady = trials.filter((trial) => trial.unsteady).length;
  if (unsteady > 0) {
    notes.push({
      type: 'unsteady',
      strategy,
      trials: unsteady,
      of,
      text: `${strategy} was not steady after the warm-up in ${unsteady} of ${of} trials`,
      advice: 'allow a longer warm-up (--warmup)',
    });
  }
  const drift = findDrift(trials.map((trial) => trial.slices));
  if (drift !== null) {
    const to = `${percent(drift.low - 1)} to ${percent(drift.high - 1)}`;
    notes.push({
      type: 'drift',
      strategy,
      ...drift,
      text: `${strategy} still drifts within the window: second half ${to} against the first`,
      advice: 'allow a longer warm-up (--warmup)',
    });
  }
  const ran = trials.filter((trial) => !lackedCpu(trial));
  if (ran.length < of) {
    notes.push({
      type: 'no-cpu',
      strategy,
      trials: of - ran.length,
      of,
      text:
        `${strategy} finished nothing in ${of - ran.length} of ${of} trials, for most of which its threads were ` +
        'given no CPU: these are left out of every figure',
      advice: 'stop what else runs, or lengthen --duration',
    });
  }
  for (const role of workload.plan.roles) {
    const starved = ran.filter((trial) => sum(threadCounts(trial, role)) === 0).length;
    if (starved === 0) continue;
    notes.push({
      type: 'starved',
      strategy,
      role: role.name,
      trials: starved,
      text: `starved: ${role.name} finished nothing under ${strategy} in ${starved} of ${of} trials`,
      advice: '',
    });
  }
  if (isOversubscribed(trials)) {
    const share = yieldShare(trials);
    notes.push({
      type: 'oversubscribed',
      strategy,
      share,
      text:
        `${strategy} is oversubscribed: its waiters gave up their CPU ${percent(share)} as often as ` +
        "it acquired a lock, so its figures show the operating system's timer",
      advice: 'use no more --threads than cores',
    });
  }
  const exceedances =
    of === 0 ? soundExceedances : medianExceedances(trials, subject, 'latency', 0.99);
  if (exceedances < soundExceedances) {
    notes.push({
      type: 'few-exceedances',
      strategy,
      percentile: 'p99',
      exceedances,
      text: `p99 of ${strategy} has ${Math.floor(exceedances)} samples above it in a trial`,
      advice: `lengthen --duration until there are ${soundExceedances}`,
    });
  }
  return notes;
}

/** Sleeps that the workload asks for, ns. */
function askedSleeps({ plan }: WorkloadResult): number[] {
  const { regions, notifierShare, notifierNs } = plan.space;
  return [
    ...regions.filter(({ resident }) => resident < 1).map(({ ioNs }) => ioNs),
    ...(notifierShare > 0 ? [notifierNs] : []),
    ...plan.roles.flatMap(({ ops }) =>
      ops.filter(({ sleeps }) => sleeps).map(({ holdNs }) => holdNs),
    ),
  ].filter((ns) => ns > 0);
}

/** By how much a sleep may last longer than asked before it is worth a note. */
const sleepTolerance = 1.1;

function measuringNotes({ workload, operations }: Findings): Note[] {
  const notes: Note[] = [];
  const floorNs = workload.harness?.sleepFloorNs ?? 0;
  const short = askedSleeps(workload).filter((ns) => floorNs > ns * sleepTolerance);
  if (short.length > 0) {
    const shortest = Math.min(...short) / 1000;
    notes.push({
      type: 'short-sleeps',
      floorNs,
      text:
        `sleeps of ${Number(shortest.toPrecision(3))}µs were asked for, and the shortest here takes ` +
        `${Number((floorNs / 1000).toPrecision(3))}µs`,
      advice: '',
    });
  }
  const sampled = new Map<string, OperationRow>();
  for (const row of operations) if (row.gap > 1) sampled.set(`${row.role} ${row.op}`, row);
  for (const { role, op, gap } of sampled.values()) {
    notes.push({
      type: 'sampled',
      role,
      op,
      gap,
      text: `${role} ${op}: one operation in ${gap} is timed, at random; maxima of those that waited are exact`,
      advice: '',
    });
  }
  const timer = operations.filter((row) => row.p99.mark === 'timer' || row.p50.mark === 'timer');
  if (timer.length > 0) {
    const stepNs = workload.harness?.clockStepNs ?? 0;
    const names = [...new Set(timer.map(({ role, op }) => `${role} ${op}`))].join(', ');
    notes.push({
      type: 'timer',
      stepNs,
      text: `${names}: times under three steps of the clock (${stepNs}ns each) are marked ≈timer`,
      advice: '',
    });
  }
  const missed = [...missedHits(workload)];
  for (const [strategy, hits] of missed) {
    notes.push({
      type: 'missed-hits',
      strategy,
      hits,
      text: `${strategy}: ${hits} executions of a probed instruction came before its breakpoint`,
      advice: '',
    });
  }
  return notes;
}

function missedHits({ trials }: WorkloadResult): Map<string, number> {
  const missed = new Map<string, number>();
  for (const { strategy, events } of trials) {
    if (events.missedHits > 0) {
      missed.set(strategy, (missed.get(strategy) ?? 0) + events.missedHits);
    }
  }
  return missed;
}

/** What figures of this engine cannot show, where it bears on this run. */
function modelNotes({ result, workload, cells }: Findings): Note[] {
  const trials = [...cells.trials.values()].flat();
  // What follows is about threads of this machine.
  if (trials.length === 0 || result.environment === null) return [];
  const note = (
    aspect: 'atomics' | 'wait-list' | 'shootdown' | 'preemption',
    text: string,
  ): Note => ({
    type: 'model',
    aspect,
    text,
    advice: '',
  });
  const notes = [
    note(
      'atomics',
      "JavaScript's atomics are sequentially consistent: a plain store costs an exchange",
    ),
  ];
  const slept = trials.some((trial) =>
    Object.values(trial.counters).some((counters) => counters.sleeps > 0),
  );
  if (slept) {
    notes.push(note('wait-list', 'sleeping waiters go through one process-wide list in V8'));
  }
  if (trials.some((trial) => trial.events.shootdowns > 0)) {
    notes.push(
      note(
        'shootdown',
        'TLB shootdowns are burnt time, 2 µs and 0.1 µs for each other thread: the model has no TLBs',
      ),
    );
  }
  notes.push(
    note(
      'preemption',
      workload.plan.threads <= result.environment.cpus
        ? 'threads do not exceed CPUs, so no spinner is ever asked to give way: this flatters spinning locks'
        : 'a thread cannot be seen to be preempted from user space: owners look running until their heartbeat stops',
    ),
  );
  return notes;
}
