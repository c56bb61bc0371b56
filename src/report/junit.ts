import { renderSuites } from './junit-suites.js';
import type { Report } from './report.js';
import { runCases } from './run-cases.js';
import { verdictSuites } from './verdicts-junit.js';

/** Verdicts, claims and faults as JUnit's XML. */
export const junitReport: Report = (input) => {
  const { comparison } = input;
  const cases = runCases(input);
  const names = [...new Set(cases.map(({ className }) => className))];
  return renderSuites([
    ...verdictSuites(comparison === null ? [] : [comparison]),
    ...names.map((name) => ({
      name,
      cases: cases.filter(({ className }) => className === name),
      output: '',
    })),
  ]);
};
