import type { Trial } from '../engines/trial.js';
import { familyConfidence, leastBlocks } from '../stats/family.js';
import type { Claim, ClaimCell, ClaimRange } from '../workload/claim.js';
import { better, metricOf, type Metric } from '../workload/metrics.js';
import type { ClaimVerdict, Estimate } from './analysis.js';
import { cellsOf, estimateOf, ratioOf, type BlockValues, type Cells } from './cells.js';
import { headlineRole, metricUnit, metricValue, type Subject } from './metrics.js';
import { medianExceedances, soundExceedances } from './percentiles.js';
import type { WorkloadResult } from './result.js';

type MeasuredClaim = Exclude<Claim, { kind: 'unsupported' }>;
type Verdict = Omit<ClaimVerdict, 'claim'>;

/** Comparisons that a claim makes: what its family counts. */
const comparisonsOf = (claim: Claim): number =>
  claim.kind === 'unsupported' ? 0 : claim.kind === 'order' ? claim.order.length - 1 : 1;

/**
 * Judges every claim of `expect:`. It holds where the interval lies wholly inside its range, is refuted
 * where it lies wholly outside, and is inconclusive otherwise. Intervals are family-wise 95 % over all
 * comparisons of the file's claims.
 *
 * @param siblings all cells of the file's matrix, the workload among them
 */
export function judgeClaims(
  workload: WorkloadResult,
  cells: Cells,
  siblings: readonly WorkloadResult[] = [workload],
): ClaimVerdict[] {
  const comparisons = siblings
    .flatMap(({ claims }) => claims)
    .reduce((sum, claim) => sum + comparisonsOf(claim), 0);
  const confidence = familyConfidence(comparisons);
  const court: Court = { workload, cells, siblings, comparisons, confidence };
  return workload.claims.map((claim) => ({ claim, ...judge(court, claim) }));
}

interface Court {
  readonly workload: WorkloadResult;
  readonly cells: Cells;
  readonly siblings: readonly WorkloadResult[];
  readonly comparisons: number;
  readonly confidence: number;
}

function judge(court: Court, claim: Claim): Verdict {
  if (claim.kind === 'unsupported') return judgeUnsupported(court, claim.of);
  const question = questionOf(court, claim);
  if (typeof question === 'string') return inconclusive(question);
  switch (claim.kind) {
    case 'value': {
      const of = valuesOf(court, question, claim.of);
      if (typeof of === 'string') return inconclusive(of, question.unit);
      return judgeRange(court, estimateOf(of, court.confidence), claim.range, question.unit);
    }
    case 'ratio': {
      const ratio = compare(court, question, claim.of, claim.than);
      if (typeof ratio === 'string') return inconclusive(ratio, 'ratio');
      return judgeRange(court, ratio, claim.range, 'ratio');
    }
    case 'order':
      return judgeOrder(court, question, claim.order);
  }
}

/** What is asked of each cell. */
interface Question {
  readonly metric: Metric;
  readonly subject: Subject;
  readonly unit: string;
}

/** The claim's metric, role and operation; or why it has none, as the reason of a verdict. */
function questionOf({ workload }: Court, claim: MeasuredClaim): Question | string {
  const metric = metricOf(claim.metric);
  if (metric === undefined) return `this mmlock has no metric ${claim.metric}`;
  const { roles } = workload.plan;
  const role =
    claim.role === null ? headlineRole(roles) : roles.find(({ name }) => name === claim.role);
  if (role === undefined) return `the run has no role ${claim.role ?? ''}`;
  const subject = { role, op: claim.op };
  return { metric, subject, unit: metricUnit(metric, subject) };
}

function judgeUnsupported(court: Court, cell: ClaimCell): Verdict {
  const found = workloadOf(court, cell)?.strategies.find(
    ({ strategy }) => strategy.name === cell.strategy,
  );
  if (found === undefined) return inconclusive(`${cell.strategy} is not in this run`);
  const refused = found.status === 'unsupported';
  return {
    verdict: refused ? 'holds' : 'refuted',
    estimate: null,
    unit: '',
    reason: refused
      ? `${cell.strategy} is refused: ${found.reason ?? 'no reason given'}`
      : `${cell.strategy} runs this workload`,
  };
}

const inconclusive = (reason: string, unit = '', estimate: Estimate | null = null): Verdict => ({
  verdict: 'inconclusive',
  estimate,
  unit,
  reason,
});

/** The workload that ran as the cell of a matrix, or the claim's own. */
const workloadOf = ({ workload, siblings }: Court, { cell }: ClaimCell) =>
  cell === undefined ? workload : siblings.find((sibling) => sibling.cell?.name === cell);

/** The cell's trials; or why it cannot be judged. */
function trialsOf(court: Court, cell: ClaimCell): readonly Trial[] | string {
  const { strategy: label, threads } = cell;
  const workload = workloadOf(court, cell);
  if (workload === undefined) return `the run has no cell ${cell.cell ?? ''}`;
  const cells = workload === court.workload ? court.cells : cellsOf(workload);
  if (threads !== null && threads !== workload.plan.threads) {
    return `no cell with ${threads} threads: this run has ${workload.plan.threads}`;
  }
  const found = workload.strategies.find(({ strategy }) => strategy.name === label);
  if (found === undefined) return `${label} is not in this run`;
  if (found.status === 'unsupported') return `${label} is refused: ${found.reason ?? ''}`;
  const trials = cells.trials.get(label) ?? [];
  return trials.length === 0 ? `${label} has no finished block` : trials;
}

function valuesOf(court: Court, question: Question, cell: ClaimCell): BlockValues | string {
  const trials = trialsOf(court, cell);
  if (typeof trials === 'string') return trials;
  const { metric, subject } = question;
  if (metric.kind === 'times' && typeof metric.statistic === 'number') {
    const above = medianExceedances(trials, subject, metric.of, metric.statistic);
    if (above < soundExceedances) {
      return (
        `${cell.strategy} has ${Math.floor(above)} samples above the percentile in a trial and ` +
        `needs ${soundExceedances}: run longer (--duration)`
      );
    }
  }
  const values = trials.map((trial) => metricValue(trial, metric, subject));
  return values.every((value) => value === null)
    ? `${cell.strategy} has no operation to take it from`
    : values;
}

/** Ratio of two cells; or why there is none. */
function compare(
  court: Court,
  question: Question,
  ofCell: ClaimCell,
  thanCell: ClaimCell,
): Estimate | string {
  const of = valuesOf(court, question, ofCell);
  if (typeof of === 'string') return of;
  const than = valuesOf(court, question, thanCell);
  if (typeof than === 'string') return than;
  return (
    ratioOf(of, than, court.confidence) ??
    `no block has a value of both ${ofCell.strategy} and ${thanCell.strategy}`
  );
}

/** Why an interval does not decide, and what would help. */
function undecided({ cells, comparisons }: Court, estimate: Estimate): string {
  const least = leastBlocks(comparisons);
  return estimate.low === null
    ? `${cells.blocks.length} blocks give no interval over ${comparisons} comparisons of claims: ` +
        `run at least ${least} (--blocks)`
    : 'the interval reaches over the limit: run more blocks (--blocks), or longer (--duration)';
}

function judgeRange(
  court: Court,
  estimate: Estimate | null,
  range: ClaimRange,
  unit: string,
): Verdict {
  if (estimate === null) return inconclusive('no block has a value', unit);
  const { low, high } = estimate;
  if (low === null || high === null) {
    return inconclusive(undecided(court, estimate), unit, estimate);
  }
  const min = range.min ?? -Infinity;
  const max = range.max ?? Infinity;
  if (low >= min && high <= max) {
    return { verdict: 'holds', estimate, unit, reason: 'the interval lies within the limits' };
  }
  if (high < min || low > max) {
    const side = high < min ? 'below' : 'above';
    return { verdict: 'refuted', estimate, unit, reason: `the interval lies ${side} the limit` };
  }
  return inconclusive(undecided(court, estimate), unit, estimate);
}

/** Each better than the next. What decides is the first pair that refutes, else the first that does not decide. */
function judgeOrder(court: Court, question: Question, order: readonly ClaimCell[]): Verdict {
  const lower = better(question.metric) === 'lower';
  // Equal is not better, so 1 itself lies outside.
  const limits: ClaimRange = lower
    ? { min: null, max: 1 - Number.EPSILON }
    : { min: 1 + Number.EPSILON, max: null };
  let decisive: Verdict | null = null;
  for (const [place, cell] of order.slice(0, -1).entries()) {
    const next = order[place + 1] ?? cell;
    const ratio = compare(court, question, cell, next);
    const verdict =
      typeof ratio === 'string'
        ? inconclusive(ratio, 'ratio')
        : judgeRange(court, ratio, limits, 'ratio');
    const pair = `${cell.strategy} to ${next.strategy}`;
    const named = { ...verdict, reason: `${pair}: ${verdict.reason}` };
    if (verdict.verdict === 'refuted') return named;
    if (decisive === null || (decisive.verdict === 'holds' && verdict.verdict !== 'holds')) {
      decisive = named;
    }
  }
  return decisive ?? inconclusive('an order needs two strategies');
}
