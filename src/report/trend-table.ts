import { createPaint } from './paint.js';
import { renderRemarks } from './remark-lines.js';
import { renderGrid } from './terminal-grid.js';
import { trendGrid } from './trend-grid.js';
import type { TrendReport } from './trend-report.js';
import { changeRemarks, historyRemarks, leftOutRemarks } from './trend-words.js';

/** What the other columns take, and bounds of the history's. */
const otherColumns = 92;
const narrowest = 12;
const widest = 60;

/** What a person reads in a terminal, histories of few runs and old machines among them. */
export const tableTrend: TrendReport = (trend, options) => {
  const paint = createPaint(options.colour);
  const { absolute } = trend;
  const width = Math.max(narrowest, Math.min(widest, options.width - otherColumns));
  const groups = trend.groups.map((group) =>
    [
      renderGrid(trendGrid(group, absolute, width), options.width, paint),
      renderRemarks('', historyRemarks(group), options, paint),
      renderRemarks('changes', changeRemarks(group.series, absolute), options, paint),
    ].join(''),
  );
  const leftOut = leftOutRemarks(trend.leftOut, options.verbose);
  return groups.join('\n') + renderRemarks('left out', leftOut, options, paint);
};
