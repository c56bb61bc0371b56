import type { WorkloadAnalysis } from '../results/analysis.js';
import type { WorkloadResult } from '../results/result.js';
import { countersGrid, eventsGrid } from './counters-grid.js';
import type { Grid, Row } from './grid.js';
import { headingOf } from './heading.js';
import { headlineGrid } from './headline-grid.js';
import { operationsGrid } from './operations-grid.js';
import { claimRemarks, faultRemarks, headlineRemarks, noteRemarks } from './remarks.js';
import type { Remark } from './remarks.js';
import type { Report } from './report.js';

/** GitHub-flavoured markdown: for a pull request, a job summary or a mail. */
export const markdownReport: Report = ({ result, analysis }, { verbose }) =>
  analysis.workloads
    .map((workload, index) => renderWorkload(result.workloads[index], workload, verbose))
    .join('\n');

function renderWorkload(
  result: WorkloadResult | undefined,
  analysis: WorkloadAnalysis,
  verbose: boolean,
): string {
  const heading = result === undefined ? analysis.workload : headingOf(result, analysis);
  const [title = '', ...facts] = heading.split(' · ');
  return [
    `## ${escape(title)}\n\n${escape(facts.join(' · '))}\n`,
    renderGrid(headlineGrid(analysis)),
    renderRemarks('', headlineRemarks(analysis)),
    ...[operationsGrid(analysis), countersGrid(analysis, verbose), eventsGrid(analysis)].map(
      details,
    ),
    renderRemarks('Notes', noteRemarks(analysis, verbose)),
    renderRemarks('Claims', claimRemarks(analysis)),
    renderRemarks('Incorrect', faultRemarks(analysis)),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

const details = (grid: Grid): string =>
  grid.rows.length === 0
    ? ''
    : `<details><summary>${escape(grid.title)}</summary>\n\n${renderGrid(grid)}\n</details>\n`;

function renderGrid(grid: Grid): string {
  const line = (texts: readonly string[]): string => `| ${texts.join(' | ')} |\n`;
  return (
    line(grid.columns.map((column) => escape(column.head))) +
    line(grid.columns.map((column) => (column.align === 'right' ? '---:' : '---'))) +
    grid.rows.map((row) => line(textsOf(row, grid.columns.length))).join('')
  );
}

/** Markdown has no row that spans columns: a heading stands in the first. */
const textsOf = (row: Row, columns: number): readonly string[] =>
  row.type === 'group'
    ? [`**${escape(row.text)}**`, ...Array.from({ length: columns - 1 }, () => '')]
    : row.cells.map((cell) => escape(cell.text));

function renderRemarks(title: string, remarks: readonly Remark[]): string {
  if (remarks.length === 0) return '';
  const head = title === '' ? '' : `### ${title}\n\n`;
  return head + remarks.map(({ text }) => `- ${escape(text)}\n`).join('');
}

/** Names come from the user's files: nothing in them may become markup. */
const escape = (text: string): string =>
  text.replace(/[\\`*_{}[\]<>|#]/g, (character) => `\\${character}`).replaceAll('\n', ' ');
