import type { ComparedCell, Comparison } from '../gate/comparison.js';
import { renderSuites, type Case, type CaseStatus, type Suite } from './junit-suites.js';
import { createPaint } from './paint.js';
import { cellName, cellText, metricName } from './verdict-words.js';
import type { VerdictReport } from './verdicts.js';
import { renderComparison } from './verdicts-table.js';

/**
 * JUnit's XML: a suite a workload, a case a gated cell. Regressed is a failure; what could not
 * be decided or does not count is skipped, with its reason; a reason why nothing can be compared is an error.
 */
export const junitVerdicts: VerdictReport = (comparisons) =>
  renderSuites(verdictSuites(comparisons));

/** The same before it is written, for a report that has more cases. */
export const verdictSuites = (comparisons: readonly Comparison[]): readonly Suite[] =>
  comparisons.flatMap((comparison) =>
    suitesOf(comparison, comparisons.length > 1 ? ` (${headingOf(comparison)})` : ''),
  );

const headingOf = ({ head, base }: Comparison): string => `${head} against ${base}`;

function suitesOf(comparison: Comparison, suffix: string): readonly Suite[] {
  const cells = comparison.cells.filter(({ verdict }) => verdict !== 'ungated');
  const workloads = [...new Set(cells.map(({ workload }) => workload))];
  const suites = workloads.map((workload): Suite => {
    const own = cells.filter((cell) => cell.workload === workload);
    const noise = comparison.noise.filter((floor) => floor.workload === workload);
    return {
      name: workload + suffix,
      cases: own.map(caseOf),
      output: tableOf({ ...comparison, cells: own, noise, refusals: [] }),
    };
  });
  if (comparison.refusals.length === 0) return suites;
  const refused: Suite = {
    name: `comparison${suffix}`,
    cases: comparison.refusals.map((text) => ({
      ...{ className: 'comparison', name: headingOf(comparison), text, place: null },
      ...{ status: 'error', type: 'not comparable' },
    })),
    output: tableOf({ ...comparison, cells: [], noise: [] }),
  };
  return [...suites, refused];
}

const widthOfLogs = 132;

const tableOf = (comparison: Comparison): string =>
  renderComparison(comparison, { width: widthOfLogs, verbose: true }, createPaint(false));

const caseOf = (cell: ComparedCell): Case => ({
  className: cellName(cell),
  name: metricName(cell),
  status: statusOf(cell),
  type: cell.verdict,
  text: cellText(cell),
  place: cell.place,
});

function statusOf({ verdict }: ComparedCell): CaseStatus {
  if (verdict === 'regressed') return 'failure';
  return verdict === 'ok' || verdict === 'improved' ? 'passed' : 'skipped';
}
