import type { ComparedCell } from '../gate/comparison.js';
import { xmlElement, xmlText } from './xml.js';

export type CaseStatus = 'passed' | 'failure' | 'skipped' | 'error';

export interface Case {
  readonly className: string;
  readonly name: string;
  readonly status: CaseStatus;
  /** Of a failure or an error: a word for its kind. */
  readonly type: string;
  readonly text: string;
  readonly place: ComparedCell['place'];
}

export interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
  /** What a person would read of them; '' where the cases say it all. */
  readonly output: string;
}

/** JUnit's XML as pipelines read it. */
export function renderSuites(suites: readonly Suite[]): string {
  const total = countsOf(suites.flatMap(({ cases }) => cases));
  const content = suites.map(renderSuite).join('');
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    xmlElement('testsuites', { name: 'mmlock', ...total }, `\n${content}`)
  );
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
    `\n${cases.map(renderCase).join('')}${output === '' ? '' : xmlElement('system-out', {}, xmlText(output))}`,
  );

function renderCase({ className, name, status, type, text, place }: Case): string {
  const at = place === null ? {} : { file: place.file, line: place.line };
  const attributes = { classname: className, name, ...at };
  if (status === 'passed') return xmlElement('testcase', attributes);
  const told = status === 'skipped' ? { message: text } : { type, message: text };
  return xmlElement('testcase', attributes, `\n${xmlElement(status, told)}`);
}
