import type { HistoryRun } from '../trend/history.js';
import { alpha, leastRuns, type Series, type TrendGroup } from '../trend/trend.js';
import type { TrendReport } from './trend-report.js';

/** Of this form, apart from that of result files: a reader refuses a greater one. */
const schemaVersion = 1;

/**
 * Everything that the other forms are written from. Fields are written out one by one, so that neither their names
 * nor their order follow the code; `run` is an index into `runs`.
 */
export const jsonTrend: TrendReport = ({ groups, absolute, leftOut }) => {
  const content = {
    format: 'mmlock-trend',
    schemaVersion,
    absolute,
    alpha,
    leastRuns,
    histories: groups.map(groupFields),
    leftOut: leftOut.map(({ kind, file, workload, reason }) => ({ kind, file, workload, reason })),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
};

function groupFields({ history, differs, series }: TrendGroup): object {
  const { workload, engine, threads, role, reference, fingerprint, runs } = history;
  return {
    ...{ workload, engine, threads, role, reference, fingerprint },
    differs: differs.map(({ field, base, head }) => ({ field, here: base, newest: head })),
    runs: runs.map(({ file, started, label, commit, blocks }) => ({
      ...{ file, started, label, commit, blocks },
    })),
    series: series.map((one) => seriesFields(one, runs)),
  };
}

function seriesFields(
  { strategy, metric, points, few, least, tested, changes, now }: Series,
  runs: readonly HistoryRun[],
): object {
  const { name, op, unit, better } = metric;
  const indices = new Map(runs.map((run, index) => [run, index]));
  return {
    ...{ strategy, metric: name, op, unit, better, now, few, tested },
    leastChange: { share: least.share, from: least.from, arms: least.arms },
    points: points.map(({ run, value }) => ({ run: indices.get(run) ?? null, value })),
    changes: changes.map(({ last, first, before, after, ratio, p }) => ({
      last: indices.get(last) ?? null,
      first: indices.get(first) ?? null,
      ...{ before, after, ratio, p },
    })),
  };
}
