import { annotation, renderAnnotations, type Annotation, type Level } from './annotations.js';
import type { Report } from './report.js';
import { runCases, type RunCase } from './run-cases.js';
import { annotateVerdicts } from './verdicts-github.js';
import { withExit } from './verdicts.js';

/** Verdicts, claims and faults as annotations; what decides the exit status is an error. */
export const githubReport: Report = (input, options) => {
  const { result, comparison } = input;
  const told = runCases(input).flatMap(annotateCase);
  return renderAnnotations([
    ...told.filter(({ level }) => level !== 'notice'),
    // The first notice says what all comes to.
    ...annotateVerdicts(comparison === null ? [] : [comparison], withExit(options, result)),
    ...told.filter(({ level }) => level === 'notice'),
  ]);
};

function annotateCase({ className, name, status, decides, text, place }: RunCase): Annotation[] {
  const level: Level = decides ? 'error' : status === 'failure' ? 'warning' : 'notice';
  return status === 'passed' ? [] : [annotation(level, `${className}: ${name}`, text, place)];
}
