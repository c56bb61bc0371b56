import { escapeMarkdown, gridMarkdown, remarksMarkdown } from './markdown-text.js';
import { sweepFaults, sweepHeading, sweepNotes } from './sweep-heading.js';
import { sweepPlot } from './sweep-plot.js';
import type { SweepReport } from './sweep-report.js';
import { peaksGrid, scalingGrid, scalingRemarks } from './sweep-words.js';

/** Pages are narrower than terminals. */
const plotWidth = 80;

/** GitHub-flavoured markdown, with the plot as a block of code. */
export const markdownSweep: SweepReport = ({ result, scaling, analysis }) => {
  const groups = scaling.groups.map((group) => {
    const [title = '', ...facts] = sweepHeading(result, group).split(' · ');
    const plot = sweepPlot(group, plotWidth).join('\n');
    return [
      `## ${escapeMarkdown(title)}\n\n${escapeMarkdown(facts.join(' · '))}\n`,
      gridMarkdown(scalingGrid(group)),
      plot === '' ? '' : `\`\`\`text\n${plot}\n\`\`\`\n`,
      gridMarkdown(peaksGrid(group)),
      remarksMarkdown('', scalingRemarks(group)),
    ];
  });
  return [
    ...groups.flat(),
    remarksMarkdown('Notes', sweepNotes(result)),
    remarksMarkdown('Incorrect', sweepFaults(analysis)),
  ]
    .filter((part) => part !== '')
    .join('\n');
};
