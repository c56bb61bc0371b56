import type { WorkloadAnalysis } from '../results/analysis.js';
import type { WorkloadResult } from '../results/result.js';
import { countersGrid, eventsGrid } from './counters-grid.js';
import { fitSections, mostBytes } from './fit-markdown.js';
import type { Grid } from './grid.js';
import { headingOf } from './heading.js';
import { headlineGrid } from './headline-grid.js';
import { escapeMarkdown, gridMarkdown, remarksMarkdown } from './markdown-text.js';
import { operationsGrid } from './operations-grid.js';
import { claimRemarks, faultRemarks, headlineRemarks, noteRemarks } from './remarks.js';
import type { Report } from './report.js';
import { withExit } from './verdicts.js';
import { markdownVerdicts } from './verdicts-markdown.js';

/**
 * GitHub-flavoured markdown: for a pull request, a job summary or a mail. Verdicts come first: they are what is looked
 * for, and what is kept where there is no room for all.
 */
export const markdownReport: Report = ({ result, analysis, comparison }, options) => {
  const verdicts =
    comparison === null ? '' : markdownVerdicts([comparison], withExit(options, result));
  const sections = analysis.workloads.map((workload, index) => {
    const text = renderWorkload(result.workloads[index], workload, options.verbose);
    const before = index === 0 && verdicts === '' ? text : `\n${text}`;
    return { before, lines: [], after: '' };
  });
  return verdicts + fitSections(sections, mostBytes - Buffer.byteLength(verdicts));
};

function renderWorkload(
  result: WorkloadResult | undefined,
  analysis: WorkloadAnalysis,
  verbose: boolean,
): string {
  const heading = result === undefined ? analysis.workload : headingOf(result, analysis);
  const [title = '', ...facts] = heading.split(' · ');
  return [
    `## ${escapeMarkdown(title)}\n\n${escapeMarkdown(facts.join(' · '))}\n`,
    gridMarkdown(headlineGrid(analysis)),
    remarksMarkdown('', headlineRemarks(analysis)),
    ...[operationsGrid(analysis), countersGrid(analysis, verbose), eventsGrid(analysis)].map(
      details,
    ),
    remarksMarkdown('Notes', noteRemarks(analysis, verbose)),
    remarksMarkdown('Claims', claimRemarks(analysis)),
    remarksMarkdown('Incorrect', faultRemarks(analysis)),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

const details = (grid: Grid): string =>
  grid.rows.length === 0
    ? ''
    : `<details><summary>${escapeMarkdown(grid.title)}</summary>\n\n${gridMarkdown(grid)}\n</details>\n`;
