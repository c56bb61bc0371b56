import type { ComparedCell, Comparison } from '../gate/comparison.js';
import {
  byBadness,
  cellName,
  cellText,
  metricName,
  oneSidedText,
  summaryText,
} from './verdict-words.js';
import type { VerdictReport } from './verdicts.js';

const levels = ['error', 'warning', 'notice'] as const;
type Level = (typeof levels)[number];

/** GitHub shows so many annotations of a level for each step, and drops the rest without a word. */
const shownPerLevel = 10;

/** One annotation: a line that GitHub's runner reads from standard output. */
interface Annotation {
  readonly level: Level;
  readonly properties: Readonly<Record<string, string | number>>;
  readonly text: string;
}

/**
 * Annotations at the line of the workload that set the margin, the worst first; what decides the exit status is an
 * error. Of each level, what GitHub would drop is counted in the last.
 */
export const githubVerdicts: VerdictReport = (comparisons, options) => {
  const cells = comparisons.flatMap((comparison) =>
    comparison.cells.map((cell) => ({ cell, comparison })),
  );
  const annotations: readonly Annotation[] = [
    annotation('notice', 'mmlock', summaryText(comparisons, options)),
    ...comparisons.flatMap((comparison) => of(comparison, 'error', comparison.refusals)),
    ...cells
      .sort((a, b) => byBadness(b.cell, a.cell))
      .flatMap(({ cell, comparison }) => annotateCell(cell, comparison)),
    ...comparisons.flatMap((comparison) =>
      of(comparison, 'warning', [
        ...comparison.warnings,
        ...comparison.oneSided.map((row) => oneSidedText(row)),
      ]),
    ),
  ];
  return levels
    .flatMap((level) => firstOf(annotations.filter((one) => one.level === level)))
    .map(render)
    .join('');
};

const annotation = (level: Level, title: string, text: string): Annotation => ({
  ...{ level, properties: { title }, text },
});

const of = (
  { head, base }: Comparison,
  level: Level,
  texts: readonly string[],
): readonly Annotation[] =>
  texts.map((text) => annotation(level, `mmlock: ${head} against ${base}`, text));

function annotateCell(cell: ComparedCell, comparison: Comparison): readonly Annotation[] {
  const level = levelOf(cell, comparison);
  if (level === null) return [];
  const { place } = cell;
  const at = place === null ? {} : { file: place.file, line: place.line, col: place.column };
  const title = `${cellName(cell)} ${metricName(cell)}`;
  return [{ level, properties: { ...at, title }, text: cellText(cell) }];
}

function levelOf({ verdict }: ComparedCell, { gated, inconclusive }: Comparison): Level | null {
  switch (verdict) {
    case 'regressed':
      return gated ? 'error' : 'warning';
    case 'inconclusive':
    case 'noisy':
      if (!gated || inconclusive === 'pass') return 'notice';
      return inconclusive === 'fail' ? 'error' : 'warning';
    case 'improved':
      return 'notice';
    case 'ok':
    case 'ignored':
    case 'not-judged':
    case 'ungated':
      return null;
  }
}

function firstOf(annotations: readonly Annotation[]): readonly Annotation[] {
  const [first] = annotations;
  if (first === undefined || annotations.length <= shownPerLevel) return annotations;
  const shown = annotations.slice(0, shownPerLevel - 1);
  const left = annotations.length - shown.length;
  return [...shown, annotation(first.level, 'mmlock', `and ${left} more`)];
}

/** `::error file=…,line=…,title=…::text`, as the runner reads it. */
function render({ level, properties, text }: Annotation): string {
  const list = Object.entries(properties).map(
    ([name, value]) => `${name}=${escapeProperty(String(value))}`,
  );
  return `::${level} ${list.join(',')}::${escapeText(text)}\n`;
}

/** The runner undoes these escapes, and knows no others. */
export const escapeText = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

export const escapeProperty = (text: string): string =>
  escapeText(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
