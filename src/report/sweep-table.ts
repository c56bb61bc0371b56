import { createPaint } from './paint.js';
import { renderRemarks } from './remark-lines.js';
import { sweepFaults, sweepHeading, sweepNotes } from './sweep-heading.js';
import { sweepPlot } from './sweep-plot.js';
import type { SweepReport } from './sweep-report.js';
import { peaksGrid, scalingGrid, scalingRemarks } from './sweep-words.js';
import { renderGrid } from './terminal-grid.js';
import { wrapText } from './wrap.js';

/** What a person reads in a terminal: figures, the curves, where they peak, and what that cannot show. */
export const tableSweep: SweepReport = ({ result, scaling, analysis }, options) => {
  const paint = createPaint(options.colour);
  const { width } = options;
  const groups = scaling.groups.map((group) =>
    [
      wrapText(sweepHeading(result, group), width, '', '  '),
      renderGrid(scalingGrid(group), width, paint, leastWidth),
      '\n',
      sweepPlot(group, width)
        .map((line) => `${line}\n`)
        .join(''),
      '\n',
      renderGrid(peaksGrid(group), width, paint, leastWidth),
      renderRemarks('', scalingRemarks(group), options, paint),
    ].join(''),
  );
  return [
    groups.join('\n'),
    renderRemarks('notes', sweepNotes(result), options, paint),
    renderRemarks(
      'INCORRECT: these strategies broke what they must keep',
      sweepFaults(analysis),
      options,
      paint,
    ),
  ].join('');
};

/** A table of few strategies is narrow. */
const leastWidth = 60;
