import type { Comparison } from '../gate/comparison.js';
import { summaryOf } from '../gate/outcome.js';
import type { Outcome } from '../gate/outcome.js';
import type { Tone } from './grid.js';
import { createPaint } from './paint.js';
import type { Paint } from './paint.js';
import { renderRemarks } from './remark-lines.js';
import { renderGrid } from './terminal-grid.js';
import { contextRemarks, hiddenRemarks, reasonRemarks, shownCells } from './verdict-remarks.js';
import { summaryText } from './verdict-words.js';
import { verdictsGrid } from './verdicts-grid.js';
import type { VerdictOptions, VerdictReport } from './verdicts.js';
import { wrapText } from './wrap.js';

/** What a person reads in a terminal, the worst last, so that it stays on the screen. */
export const tableVerdicts: VerdictReport = (comparisons, options) => {
  const paint = createPaint(options.colour);
  const tone = tones[summaryOf(comparisons).outcome];
  const last = wrapText(summaryText(comparisons, options), options.width, '', '  ').trimEnd();
  return [
    ...comparisons.map((comparison) => renderComparison(comparison, options, paint)),
    last
      .split('\n')
      .map((line) => `${paint(tone, line)}\n`)
      .join(''),
  ].join('');
};

const tones = {
  ok: 'strong',
  regressed: 'bad',
  inconclusive: 'unsure',
  'not-comparable': 'bad',
} as const satisfies Record<Outcome, Tone>;

/** The table of one comparison and what belongs to it, without the summary of all. */
export function renderComparison(
  comparison: Comparison,
  options: Pick<VerdictOptions, 'width' | 'verbose'>,
  paint: Paint,
): string {
  const shown = shownCells(comparison, options.verbose);
  const remarks = [
    ...hiddenRemarks(comparison, shown),
    ...reasonRemarks(shown),
    ...contextRemarks(comparison),
  ];
  const grid =
    shown.length === 0
      ? `${comparison.head} against ${comparison.base}: no cell in common\n`
      : renderGrid(verdictsGrid(comparison, shown), options.width, paint);
  return grid + renderRemarks('', remarks, options, paint);
}
