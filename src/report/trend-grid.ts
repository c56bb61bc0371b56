import type { Series, TrendGroup } from '../trend/trend.js';
import { absent, sparkline } from './format.js';
import { cell, cells, left, right } from './grid.js';
import type { Cell, Grid } from './grid.js';
import {
  changeText,
  dayOf,
  directionOf,
  directionTone,
  historyTitle,
  pointText,
  seriesMetric,
} from './trend-words.js';

/** One row a strategy and metric: its level now, its whole history, and its last change. */
export function trendGrid(
  { history, series }: TrendGroup,
  absolute: boolean,
  historyWidth: number,
): Grid {
  return {
    title: historyTitle(history, absolute),
    columns: [
      left('strategy'),
      left('metric'),
      right('now'),
      left('history'),
      right('from'),
      right('to'),
      left('last change'),
    ],
    rows: series.map((one) => {
      const values = one.points.map(({ value }) => value);
      const least = Math.min(...values);
      const greatest = Math.max(...values);
      const shown = (value: number | null): Cell =>
        cell(value === null ? absent : pointText(value, one, absolute));
      const none = values.length === 0;
      return cells(
        cell(one.strategy),
        cell(seriesMetric(one)),
        shown(one.now),
        // Bars from 0 would show nothing of a change by a tenth; how far they reach stands beside them.
        cell(sparkline(values, historyWidth, least < greatest ? least : 0), 'faint'),
        shown(none ? null : least),
        shown(none ? null : greatest),
        lastChange(one),
      );
    }),
  };
}

function lastChange(series: Series): Cell {
  const { changes, tested, points } = series;
  const last = changes.at(-1);
  if (!tested) return cell(`${points.length} runs are too few`, 'unsure');
  if (last === undefined) return cell('none', 'faint');
  const at = last.first.label ?? dayOf(last.first);
  const more = changes.length > 1 ? ` (${changes.length} in all)` : '';
  const tone = directionTone[directionOf(last, series)];
  return cell(`${changeText(last, series)} at ${at}${more}`, tone);
}
