import type { WorkloadExplanation } from '../explain/explanation.js';
import { explained, explanationGrids } from './explain-grid.js';
import { explanationHeading, explanationRemarks } from './explain-remarks.js';
import type { ExplainReport } from './explain-report.js';
import { renderBars } from './explain-table.js';
import { escapeMarkdown, gridMarkdown, remarksMarkdown } from './markdown-text.js';
import { createPaint } from './paint.js';

/** What fits beside the navigation of the usual pages. */
const barsWidth = 110;

/** Markdown, for a pull request or a page. */
export const markdownExplanation: ExplainReport = ({ workloads }, { verbose }) =>
  workloads
    .map((workload) =>
      [
        `## ${escapeMarkdown(explanationHeading(workload))}\n`,
        ...(explained(workload).length === 0
          ? []
          : [
              barsMarkdown(workload),
              ...explanationGrids(workload, verbose, Infinity).map(gridMarkdown),
            ]),
        remarksMarkdown('', explanationRemarks(workload)),
      ]
        .filter((part) => part !== '')
        .join('\n'),
    )
    .join('\n');

/** As it is, so that one bar stands below the other; no name may end the block. */
function barsMarkdown(workload: WorkloadExplanation): string {
  const lines = renderBars(workload, barsWidth, createPaint(false));
  return `\`\`\`\n${lines.map((line) => `${line.replaceAll('`', "'")}\n`).join('')}\`\`\`\n`;
}
