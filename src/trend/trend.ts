import { median } from 'simple-statistics';
import { differences, type FieldDifference } from '../results/fingerprint.js';
import { usualMargin } from '../gate/margins.js';
import { changePoints } from '../stats/change-points.js';
import { historicFloor } from '../stats/historic-floor.js';
import type { History, HistoryMetric, HistoryRun, LeftOut } from './history.js';
import type { Histories } from './read-histories.js';

/** Fewer runs than this have no change points: neither level would be known. */
export const leastRuns = 12;
/** A change is one with a p value of at most this. */
export const alpha = 0.001;

export interface TrendOptions {
  /** Look at the metrics themselves, not at their ratios to the reference strategy. */
  readonly absolute: boolean;
  /** Least change that counts, 0.05 for 5 %; undefined: the noise floor of the history, or the usual margin. */
  readonly leastChange: number | undefined;
  /** Only these; undefined: all. */
  readonly strategies: readonly string[] | undefined;
  readonly workloads: readonly string[] | undefined;
}

/** What became of each metric of each strategy over the runs of some files. */
export interface Trend {
  readonly absolute: boolean;
  readonly groups: readonly TrendGroup[];
  readonly leftOut: readonly LeftOut[];
}

export interface TrendGroup {
  readonly history: History;
  /** In what its fingerprint differs from that of the newest runs of the workload. */
  readonly differs: readonly FieldDifference[];
  readonly series: readonly Series[];
}

/** One metric of one strategy, run by run. */
export interface Series {
  readonly strategy: string;
  readonly metric: HistoryMetric;
  /** Runs without a value, or with one of 0 or infinity, which has no ratio to another, are left out. */
  readonly points: readonly Point[];
  /** Runs of `points` whose percentile has few samples above it. */
  readonly few: number;
  readonly least: LeastChange;
  /** There were enough runs to look for changes. */
  readonly tested: boolean;
  readonly changes: readonly Change[];
  /** Median since the last change; null without a point. */
  readonly now: number | null;
}

export interface Point {
  readonly run: HistoryRun;
  /** A ratio to the reference, or the metric itself in its unit. */
  readonly value: number;
}

/** Least change that counts, and where the number comes from. */
export interface LeastChange {
  /** 0.1: by a factor of 1.1, up or down. */
  readonly share: number;
  readonly from: 'asked' | 'floor' | 'usual';
  /** A/A arms that a floor was computed from; 0 for another source. */
  readonly arms: number;
}

/** From one level to another. */
export interface Change {
  /** The last run before it, and the first after it. */
  readonly last: HistoryRun;
  readonly first: HistoryRun;
  /** Index of the latter in `points`. */
  readonly at: number;
  /** Medians of the levels, and after / before. */
  readonly before: number;
  readonly after: number;
  readonly ratio: number;
  readonly p: number;
}

/** Looks for changes in every history. Pure. */
export function trendOf({ histories, leftOut }: Histories, options: TrendOptions): Trend {
  const { absolute, workloads } = options;
  const chosen = histories.filter(({ workload }) => workloads?.includes(workload) ?? true);
  const groups = chosen.map((history): TrendGroup => {
    const newest = chosen.findLast(({ workload }) => workload === history.workload) ?? history;
    return {
      history,
      differs: differences(history.fingerprint, newest.fingerprint),
      series: history.metrics.flatMap((metric) => seriesOf(history, metric, options)),
    };
  });
  return { absolute, groups, leftOut };
}

/** Strategies of any run of a history, in the order in which they first came; the A/A arm is last. */
export function strategiesOf({ runs }: Pick<History, 'runs'>): readonly string[] {
  const all = runs.flatMap(({ observations }) => observations);
  const named = (arm: boolean): string[] =>
    all.filter(({ repeats }) => (repeats !== null) === arm).map(({ strategy }) => strategy);
  return [...new Set([...named(false), ...named(true)])];
}

function seriesOf(history: History, metric: HistoryMetric, options: TrendOptions): Series[] {
  const { absolute, strategies } = options;
  const least = leastChangeOf(history, metric, options);
  return strategiesOf(history)
    .filter((strategy) => absolute || strategy !== history.reference)
    .filter((strategy) => strategies?.includes(strategy) ?? true)
    .map((strategy) => {
      const found = history.runs.flatMap((run) => {
        const one = run.observations.find(
          (each) => each.strategy === strategy && each.metric === metric.name,
        );
        const value = (absolute ? one?.value : one?.ratio) ?? 0;
        return value > 0 && value < Infinity ? [{ run, value, few: one?.few === true }] : [];
      });
      const points = found.map(({ run, value }): Point => ({ run, value }));
      const few = found.filter((point) => point.few).length;
      const tested = points.length >= leastRuns;
      const changes = tested ? changesOf(points, least.share) : [];
      const since = points.slice(changes.at(-1)?.at ?? 0).map(({ value }) => value);
      const now = since.length === 0 ? null : median(since);
      return { strategy, metric, points, few, least, tested, changes, now };
    });
}

/** What was asked for; or else, of ratios, how far the A/A arms of the history went; or else the usual margin. */
function leastChangeOf(
  { runs }: History,
  { name }: HistoryMetric,
  { absolute, leastChange }: TrendOptions,
): LeastChange {
  if (leastChange !== undefined) return { share: leastChange, from: 'asked', arms: 0 };
  const arms = runs.flatMap(({ observations }) =>
    observations.flatMap(({ metric, repeats, ratio }) =>
      metric === name && repeats !== null && ratio !== null ? [Math.log(ratio)] : [],
    ),
  );
  const floor = absolute ? null : historicFloor(arms);
  if (floor === null) return { share: usualMargin(name, 'shared'), from: 'usual', arms: 0 };
  return { share: Math.expm1(floor), from: 'floor', arms: arms.length };
}

/** In logarithms, so that doubling and halving are changes of one size. */
function changesOf(points: readonly Point[], leastShare: number): Change[] {
  const logarithms = points.map(({ value }) => Math.log(value));
  return changePoints(logarithms, alpha, Math.log1p(leastShare)).flatMap(
    ({ at, before, after, p }) => {
      const last = points[at - 1]?.run;
      const first = points[at]?.run;
      if (last === undefined || first === undefined) return [];
      const levels = { before: Math.exp(before), after: Math.exp(after) };
      return [{ last, first, at, ...levels, ratio: Math.exp(after - before), p }];
    },
  );
}
