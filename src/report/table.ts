import type { WorkloadAnalysis } from '../results/analysis.js';
import type { Result } from '../results/result.js';
import { countersGrid, eventsGrid } from './counters-grid.js';
import type { Grid } from './grid.js';
import { headingOf } from './heading.js';
import { headlineGrid } from './headline-grid.js';
import { operationsGrid } from './operations-grid.js';
import { createPaint } from './paint.js';
import type { Paint } from './paint.js';
import { claimRemarks, faultRemarks, headlineRemarks, noteRemarks } from './remarks.js';
import { renderRemarks } from './remark-lines.js';
import type { Report, ReportOptions } from './report.js';
import { renderGrid } from './terminal-grid.js';
import { withExit } from './verdicts.js';
import { tableVerdicts } from './verdicts-table.js';
import { wrapText } from './wrap.js';

/** What a person reads in a terminal: figures first, then what they cannot show, verdicts and faults last. */
export const tableReport: Report = ({ result, analysis, comparison }, options) => {
  const paint = createPaint(options.colour);
  const workloads = analysis.workloads.map((workload, index) =>
    renderWorkload(result, workload, index, options, paint),
  );
  const verdicts =
    comparison === null ? [] : [tableVerdicts([comparison], withExit(options, result))];
  return [...workloads, ...verdicts].join('\n');
};

function renderWorkload(
  result: Result,
  analysis: WorkloadAnalysis,
  index: number,
  options: ReportOptions,
  paint: Paint,
): string {
  const saved = result.workloads[index];
  const grid = (content: Grid): string =>
    content.rows.length === 0 ? '' : `\n${renderGrid(content, options.width, paint)}`;
  const heading = saved === undefined ? analysis.workload : headingOf(saved, analysis);
  return [
    wrapText(heading, options.width, '', '  '),
    renderGrid(headlineGrid(analysis), options.width, paint),
    renderRemarks('', headlineRemarks(analysis), options, paint),
    grid(operationsGrid(analysis)),
    grid(countersGrid(analysis, options.verbose)),
    grid(eventsGrid(analysis)),
    renderRemarks('notes', noteRemarks(analysis, options.verbose), options, paint),
    renderRemarks('claims', claimRemarks(analysis), options, paint),
    renderRemarks(
      'INCORRECT: these strategies broke what they must keep',
      faultRemarks(analysis),
      options,
      paint,
    ),
  ].join('');
}
