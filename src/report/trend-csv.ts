import { csvText, type Field } from '../results/csv-text.js';
import type { Series, TrendGroup } from '../trend/trend.js';
import type { TrendReport } from './trend-report.js';

const columns = [
  ...['workload', 'engine', 'strategy', 'threads', 'role', 'op', 'metric', 'unit', 'better'],
  ...['reference', 'history', 'run', 'file', 'started', 'label', 'commit', 'value', 'level'],
  ...['change', 'p', 'least_change'],
] as const;

/**
 * One row a run of each series, in order. `history` numbers what is kept apart, from 1; `value` is a ratio to
 * `reference`, or where that is empty the metric itself; `change` and `p` stand where a new level begins.
 */
export const csvTrend: TrendReport = ({ groups, absolute }) =>
  csvText(
    columns,
    groups.flatMap((group, index) =>
      group.series.flatMap((series) => rowsOf(group, index + 1, series, absolute)),
    ),
  );

function rowsOf(
  { history }: TrendGroup,
  number: number,
  { strategy, metric, points, changes, least, now }: Series,
  absolute: boolean,
): Partial<Record<(typeof columns)[number], Field>>[] {
  const { workload, engine, threads, role, reference } = history;
  const { op, unit, better } = metric;
  return points.map(({ run, value }, at) => {
    const change = changes.find((each) => each.at === at);
    const next = changes.find((each) => each.at > at);
    const { file, started, label, commit } = run;
    return {
      ...{ workload, engine, strategy, threads, role, op, metric: metric.name, better },
      ...{ unit: absolute ? unit : 'ratio', reference: absolute ? null : reference },
      ...{ history: number, run: at + 1, file, started, label, commit, value },
      ...{ level: next?.before ?? now, change: change?.ratio, p: change?.p },
      least_change: least.share,
    };
  });
}
