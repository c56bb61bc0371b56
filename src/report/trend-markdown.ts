import { escapeMarkdown, gridMarkdown, remarksMarkdown } from './markdown-text.js';
import { trendGrid } from './trend-grid.js';
import type { TrendReport } from './trend-report.js';
import { changeRemarks, historyRemarks, leftOutRemarks } from './trend-words.js';

const historyWidth = 24;

/** Markdown for a job summary. */
export const markdownTrend: TrendReport = ({ groups, absolute, leftOut }, { verbose }) => {
  const parts = groups.flatMap((group) => {
    const grid = trendGrid(group, absolute, historyWidth);
    return [
      `## ${escapeMarkdown(grid.title)}\n`,
      gridMarkdown(grid),
      remarksMarkdown('', historyRemarks(group)),
      remarksMarkdown('Changes', changeRemarks(group.series, absolute)),
    ];
  });
  return [...parts, remarksMarkdown('Left out', leftOutRemarks(leftOut, verbose))]
    .filter((part) => part !== '')
    .join('\n');
};
