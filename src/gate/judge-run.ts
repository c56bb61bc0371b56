import type { ComparedCell, Comparison, NoiseFloor, Verdict } from './comparison.js';
import { gatedCells, missingMetrics, type GatedCell } from './gated-cells.js';
import { usualMargin, type Host } from './margins.js';
import { noiseOf } from './noise.js';
import type { Trial } from '../engines/trial.js';
import {
  cellsOf,
  type Cells,
  estimateOf,
  pairsOf,
  ratioOf,
  type BlockValues,
} from '../results/cells.js';
import { metricUnit, metricValue } from '../results/metrics.js';
import { medianExceedances, soundExceedances } from '../results/percentiles.js';
import type { EngineName, WorkloadResult } from '../results/result.js';
import { familyConfidence } from '../stats/family.js';
import { logRatios } from '../stats/paired-ratio.js';
import { judgeTwice, looks } from '../stats/two-looks.js';
import { blocksNeeded, judgeFamily, limitsOf, type JudgedCell } from '../stats/verdict.js';
import type { Gate } from '../workload/gate.js';
import { better } from '../workload/metrics.js';

/** A workload with its gate: the one that it was run under. */
export interface GatedRun {
  readonly workload: WorkloadResult;
  readonly gate: Gate;
}

/**
 * Judges every gated cell of a run against the reference strategy of its workload, in the same blocks. The
 * family of Holm's adjustment is all cells of all workloads that can be judged. A pure function of the result.
 *
 * @param gated whether the verdicts are to decide the exit status
 */
export function judgeRun(
  runs: readonly GatedRun[],
  gated: boolean,
  host: Host,
  engine: EngineName,
): Comparison {
  const courts = runs.map((run) => courtOf(run, host));
  const cells = courts.flatMap(({ cells: own }) => own);
  const verdicts = judgeLooks(cells.filter(({ verdict }) => verdict === null));
  const comparisons = verdicts.size;
  const references = [...new Set(runs.map(({ workload }) => workload.reference))];
  return {
    kind: 'bench',
    base: references.join(', '),
    head: runs.map(({ workload }) => workload.name).join(', '),
    engine,
    trust: 'A',
    gated,
    cells: cells.map((cell) => compared(cell, verdicts.get(cell), comparisons)),
    noise: courts.flatMap(({ noise }) => noise),
    oneSided: [],
    refusals: courts.flatMap(({ refusals }) => refusals),
    warnings: [],
    inconclusive: strictest(runs.map(({ gate }) => gate.inconclusive)),
  };
}

/** One cell with its values, and a verdict where that needs no test. */
interface Case {
  readonly workload: WorkloadResult;
  readonly gated: GatedCell;
  readonly margin: number;
  readonly head: BlockValues;
  readonly base: BlockValues;
  /** Of how many blocks the first look was. */
  readonly firstLook: number;
  /** Values of the confirmation; empty if there was none. */
  readonly again: { readonly head: BlockValues; readonly base: BlockValues } | null;
  readonly verdict: Verdict | null;
  readonly reason: string;
  readonly blocksNeeded: number | null;
}

interface Court {
  readonly cells: readonly Case[];
  readonly noise: readonly NoiseFloor[];
  readonly refusals: readonly string[];
}

function courtOf({ workload, gate }: GatedRun, host: Host): Court {
  const measured = cellsOf(workload);
  const confirmed = confirmationCells(workload);
  const noise = new Map<string, NoiseFloor>();
  const arm = workload.strategies.find(({ repeats }) => repeats !== null)?.strategy.name;
  const cells = gatedCells(workload, gate).map((gated): Case => {
    const values = (trials: readonly Trial[] | undefined): BlockValues =>
      (trials ?? []).map((trial) => metricValue(trial, gated.metric, gated));
    const base = values(measured.trials.get(workload.reference));
    const margin =
      gated.margin.margin === 'auto' ? usualMargin(gated.name, host) : gated.margin.margin;
    const floor = arm === undefined ? null : noiseOf(values(measured.trials.get(arm)), base);
    if (floor !== null) {
      const { name: metric, role, op } = gated;
      const key = `${metric} ${role.name} ${op ?? ''}`;
      noise.set(key, { workload: workload.name, metric, role: role.name, op, ...floor });
    }
    const again = confirmed.trials.has(gated.strategy)
      ? {
          head: values(confirmed.trials.get(gated.strategy)),
          base: values(confirmed.trials.get(workload.reference)),
        }
      : null;
    const head = values(measured.trials.get(gated.strategy));
    const firstLook = measured.blocks.filter((block) => block <= workload.firstLook).length;
    const one = { workload, gated, margin, head, base, firstLook, again };
    const trials = measured.trials.get(gated.strategy) ?? [];
    return { ...one, ...settled(one, trials, floor?.floor ?? null, arm !== undefined) };
  });
  const missing = missingMetrics(workload, gate).map(
    (metric) => `${workload.name}: no cell has the gated metric ${metric}`,
  );
  return {
    cells,
    noise: [...noise.values()],
    refusals: [...missing, ...refusalsOf(workload, cells)],
  };
}

/** What can be said of a cell before any test: that it is not to be judged, or cannot be. */
function settled(
  { workload, gated, margin, head, base }: Omit<Case, 'verdict' | 'reason' | 'blocksNeeded'>,
  trials: readonly Trial[],
  floor: number | null,
  hasArm: boolean,
): Pick<Case, 'verdict' | 'reason' | 'blocksNeeded'> {
  const say = (verdict: Verdict | null, reason: string, needed: number | null = null) => ({
    verdict,
    reason,
    blocksNeeded: needed,
  });
  if (gated.ignore !== null) return say('ignored', 'gate.ignore names it');
  if (gated.control !== '') return say('ignored', gated.control);
  const arm = workload.strategies.find(({ strategy }) => strategy.name === gated.strategy);
  if (arm?.status === 'unsupported') return say('not-judged', `refused: ${arm.reason ?? ''}`);
  // Whoever names a cell wants it judged; where an entry covers many, the rare ones are left out.
  const isNamed = gated.margin.role !== null && (gated.op === null || gated.margin.op !== null);
  const cannot = isNamed ? 'inconclusive' : 'not-judged';
  if (gated.metric.kind === 'times' && typeof gated.metric.statistic === 'number') {
    const { of, statistic } = gated.metric;
    const above = medianExceedances(trials, gated, of, statistic);
    if (above < soundExceedances) {
      const reason = `${Math.floor(above)} samples above it in a trial, and it takes ${soundExceedances}: run longer (--duration)`;
      return say(cannot, reason);
    }
  }
  if (pairsOf(head, base).length === 0) return say(cannot, 'no block has a value of both');
  if (hasArm && (floor === null || floor > margin)) {
    const needed = floor === null ? null : Math.ceil(head.length * (floor / margin) ** 2);
    const shown =
      floor === null ? 'has no interval' : `differs from itself by up to ${percent(floor)}`;
    return say(
      'noisy',
      `${workload.reference} ${shown} here, which is more than the margin of ${percent(margin)}: ` +
        (floor === null
          ? 'more blocks (--blocks) are needed'
          : `a margin of ${percent(floor)}, or about ${needed ?? 0} blocks (--blocks), would do`),
      needed,
    );
  }
  return say(null, '');
}

const percent = (share: number): string => `${(share * 100).toFixed(share < 0.0995 ? 1 : 0)}%`;

/** A gated metric that nothing decides, and a run without blocks, are no passes. */
function refusalsOf(workload: WorkloadResult, cells: readonly Case[]): string[] {
  const { name } = workload;
  if (cellsOf(workload).blocks.length === 0) return [`${name}: no block was finished`];
  const refused = cells
    .filter(({ verdict, reason }) => verdict === 'not-judged' && reason.startsWith('refused'))
    .map(({ gated }) => gated.strategy);
  const metrics = new Set(cells.map(({ gated }) => gated.name));
  const unjudged = [...metrics].filter((metric) =>
    cells
      .filter(({ gated }) => gated.name === metric)
      .every(({ verdict }) => verdict === 'not-judged'),
  );
  return [
    ...[...new Set(refused)].map(
      (strategy) => `${name}: ${strategy} is gated, and refused to run: leave it out, or ignore it`,
    ),
    ...unjudged.map((metric) => `${name}: ${metric} is gated, and could be judged in no cell`),
  ];
}

/** The trials of the second run, as cells. */
function confirmationCells(workload: WorkloadResult): Cells {
  const { confirmation } = workload;
  if (confirmation === null) return { blocks: [], trials: new Map() };
  const { strategies: labels, trials } = confirmation;
  const strategies = workload.strategies.filter(({ strategy }) => labels.includes(strategy.name));
  return cellsOf({ ...workload, strategies, trials });
}

type Judged = JudgedCell & { readonly confirmed: boolean | null };

/**
 * The first look judges all cells; what it leaves open is judged again with all blocks, if there came more.
 * What has regressed must regress again where a second run was made.
 */
function judgeLooks(cases: readonly Case[]): Map<Case, Judged> {
  const verdicts = judgeTwice(
    cases.map(({ gated, margin, head, base, firstLook }) => ({
      first: turned(gated, head.slice(0, firstLook), base),
      all: turned(gated, head, base),
      limits: limitsOf(margin, direction(gated)),
    })),
  );
  const judged = new Map<Case, Judged>();
  cases.forEach((one, index) => {
    const verdict = verdicts[index];
    if (verdict !== undefined) judged.set(one, { ...verdict, confirmed: null });
  });
  confirm(judged);
  return judged;
}

function confirm(judged: Map<Case, Judged>): void {
  const again = [...judged].filter(
    ([one, { verdict }]) => verdict === 'regressed' && one.again !== null,
  );
  const verdicts = judgeFamily(
    again.map(([{ gated, margin, again: values }]) => ({
      logRatios: turned(gated, values?.head ?? [], values?.base ?? []),
      limits: limitsOf(margin, direction(gated)),
    })),
    looks.confirmation,
  );
  again.forEach(([one, first], index) => {
    const confirmed = verdicts[index]?.verdict === 'regressed';
    judged.set(one, { ...first, verdict: confirmed ? 'regressed' : 'inconclusive', confirmed });
  });
}

/** A metric whose better way is unknown cannot be gated. */
function direction({ metric, name }: GatedCell): 'higher' | 'lower' {
  const way = better(metric);
  if (way === 'none') throw new Error(`${name} cannot be gated`);
  return way;
}

/** ln(head / base) by block, turned so that less is worse. */
function turned(gated: GatedCell, head: BlockValues, base: BlockValues): number[] {
  const ratios = logRatios(pairsOf(head, base));
  return direction(gated) === 'higher' ? ratios : ratios.map((ratio) => -ratio);
}

function compared(one: Case, judged: Judged | undefined, comparisons: number): ComparedCell {
  const { workload, gated, margin, head, base } = one;
  const verdict = judged?.verdict ?? one.verdict ?? 'not-judged';
  const needed =
    judged?.verdict === 'inconclusive'
      ? blocksNeeded(turned(gated, head, base), limitsOf(margin, direction(gated)))
      : one.blocksNeeded;
  const { place } = gated.margin;
  const confidence = familyConfidence(comparisons);
  const change = ratioOf(head, base, confidence);
  return {
    workload: workload.name,
    threads: workload.plan.threads,
    strategy: gated.strategy,
    role: gated.role.name,
    op: gated.op,
    metric: gated.name,
    unit: metricUnit(gated.metric, gated),
    better: better(gated.metric),
    base: estimateOf(base),
    head: estimateOf(head),
    change,
    level: change === null ? null : confidence,
    margin,
    verdict,
    confirmed: judged?.confirmed ?? null,
    blocks: pairsOf(head, base).length,
    blocksNeeded: needed,
    pWorse: judged?.pWorse ?? null,
    reason:
      judged?.confirmed === false ? 'regressed in the first run, not in the second' : one.reason,
    place: { file: workload.file, line: place?.line ?? 1, column: place?.column ?? 1 },
  };
}

const strictest = (all: readonly Gate['inconclusive'][]): Gate['inconclusive'] =>
  all.includes('fail') ? 'fail' : all.includes('warn') ? 'warn' : 'pass';
