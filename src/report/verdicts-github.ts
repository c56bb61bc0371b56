import type { ComparedCell, Comparison } from '../gate/comparison.js';
import { annotation, renderAnnotations, type Annotation, type Level } from './annotations.js';
import {
  byBadness,
  cellName,
  cellText,
  metricName,
  oneSidedText,
  summaryText,
} from './verdict-words.js';
import type { VerdictOptions, VerdictReport } from './verdicts.js';

/**
 * Annotations at the line of the workload that set the margin, the worst first; what decides the exit status is an
 * error. Of each level, what GitHub would drop is counted in the last.
 */
export const githubVerdicts: VerdictReport = (comparisons, options) =>
  renderAnnotations(annotateVerdicts(comparisons, options));

/** The same before it is written, for a report that has more to annotate. */
export function annotateVerdicts(
  comparisons: readonly Comparison[],
  options: VerdictOptions,
): readonly Annotation[] {
  const cells = comparisons.flatMap((comparison) =>
    comparison.cells.map((cell) => ({ cell, comparison })),
  );
  return [
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
}

const of = (
  { head, base }: Comparison,
  level: Level,
  texts: readonly string[],
): readonly Annotation[] =>
  texts.map((text) => annotation(level, `mmlock: ${head} against ${base}`, text));

function annotateCell(cell: ComparedCell, comparison: Comparison): readonly Annotation[] {
  const level = levelOf(cell, comparison);
  if (level === null) return [];
  const title = `${cellName(cell)} ${metricName(cell)}`;
  return [annotation(level, title, cellText(cell), cell.place)];
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
