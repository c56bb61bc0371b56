import type { ComparedCell, Comparison } from '../gate/comparison.js';
import { createPaint } from './paint.js';
import { cellName, cellText, metricName } from './verdict-words.js';
import type { VerdictReport } from './verdicts.js';
import { renderComparison } from './verdicts-table.js';
import { xmlElement, xmlText } from './xml.js';

/**
 * JUnit's XML as pipelines read it: a suite a workload, a case a gated cell. Regressed is a failure; what could not
 * be decided or does not count is skipped, with its reason; a reason why nothing can be compared is an error.
 */
export const junitVerdicts: VerdictReport = (comparisons) => {
  const suites = comparisons.flatMap((comparison) =>
    suitesOf(comparison, comparisons.length > 1 ? ` (${headingOf(comparison)})` : ''),
  );
  const total = countsOf(suites.flatMap(({ cases }) => cases));
  const content = suites.map(renderSuite).join('');
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    xmlElement('testsuites', { name: 'mmlock', ...total }, `\n${content}`)
  );
};

type CaseStatus = 'passed' | 'failure' | 'skipped' | 'error';

interface Case {
  readonly className: string;
  readonly name: string;
  readonly status: CaseStatus;
  /** Of a failure or an error: a word for its kind. */
  readonly type: string;
  readonly text: string;
  readonly place: ComparedCell['place'];
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
  /** What a person would read of these cells. */
  readonly output: string;
}

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

function countsOf(cases: readonly Case[]): Record<string, number> {
  const count = (wanted: CaseStatus): number =>
    cases.filter(({ status }) => status === wanted).length;
  return {
    tests: cases.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
  };
}

const renderSuite = ({ name, cases, output }: Suite): string =>
  xmlElement(
    'testsuite',
    { name, ...countsOf(cases) },
    `\n${cases.map(renderCase).join('')}${xmlElement('system-out', {}, xmlText(output))}`,
  );

function renderCase({ className, name, status, type, text, place }: Case): string {
  const at = place === null ? {} : { file: place.file, line: place.line };
  const attributes = { classname: className, name, ...at };
  if (status === 'passed') return xmlElement('testcase', attributes);
  const told = status === 'skipped' ? { message: text } : { type, message: text };
  return xmlElement('testcase', attributes, `\n${xmlElement(status, told)}`);
}
