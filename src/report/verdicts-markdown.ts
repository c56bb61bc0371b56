import type { ComparedCell, Comparison, Verdict } from '../gate/comparison.js';
import { outcomeOf, worstOutcome } from '../gate/outcome.js';
import { fitSections, mostBytes } from './fit-markdown.js';
import type { Section } from './fit-markdown.js';
import { escapeMarkdown, gridMarkdown, remarksMarkdown } from './markdown-text.js';
import type { Remark } from './remarks.js';
import { contextRemarks, reasonRemarks } from './verdict-remarks.js';
import { byBadness, summaryText } from './verdict-words.js';
import { verdictsGrid } from './verdicts-grid.js';
import type { VerdictReport } from './verdicts.js';
import { xmlText } from './xml.js';

/** Markdown for a job summary or a pull request: what it comes to, then the worst; what is fine is folded. */
export const markdownVerdicts: VerdictReport = (comparisons, options) => {
  const heading = `## ${escapeMarkdown(summaryText(comparisons, options))}\n`;
  const sorted = [...comparisons].sort(byOutcome);
  const sections = [...sorted.flatMap(openSections), ...sorted.flatMap(foldedSections)];
  return heading + fitSections(sections, mostBytes - Buffer.byteLength(heading));
};

function byOutcome(a: Comparison, b: Comparison): number {
  const first = outcomeOf(a);
  const second = outcomeOf(b);
  if (first === second) return 0;
  return worstOutcome([first, second]) === first ? -1 : 1;
}

const quiet: readonly Verdict[] = ['ok', 'ignored', 'not-judged'];

function openSections(comparison: Comparison): readonly Section[] {
  const cells = comparison.cells.filter(({ verdict }) => !quiet.includes(verdict));
  const title = escapeMarkdown(verdictsGrid(comparison, []).title);
  return [
    { before: `\n### ${title}\n`, lines: [], after: '' },
    remarksSection(contextRemarks(comparison)),
    ...tableSections(comparison, cells, '', ''),
    remarksSection(reasonRemarks(cells)),
  ];
}

function foldedSections(comparison: Comparison): readonly Section[] {
  const cells = comparison.cells.filter(({ verdict }) => quiet.includes(verdict));
  const words = quiet.flatMap((verdict) => {
    const count = cells.filter((cell) => cell.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict.replace('-', ' ')}`];
  });
  // What stands in HTML is not read as markdown.
  const title = xmlText(`${verdictsGrid(comparison, []).title}: ${words.join(', ')}`);
  const reasons = remarksMarkdown('', reasonRemarks(cells));
  const before = `\n<details><summary>${title}</summary>\n`;
  const after = `${reasons === '' ? '' : `\n${reasons}`}\n</details>\n`;
  return tableSections(comparison, cells, before, after);
}

/** The worst first. Nothing without cells. */
function tableSections(
  comparison: Comparison,
  cells: readonly ComparedCell[],
  before: string,
  after: string,
): readonly Section[] {
  if (cells.length === 0) return [];
  const sorted = [...cells].sort(byBadness).reverse();
  const [head = '', rule = '', ...rows] = gridMarkdown(verdictsGrid(comparison, sorted))
    .trimEnd()
    .split('\n')
    .map((line) => `${line}\n`);
  return [{ before: `${before}\n${head}${rule}`, lines: rows, after }];
}

function remarksSection(remarks: readonly Remark[]): Section {
  const lines = remarksMarkdown('', remarks).split(/(?<=\n)/);
  return { before: remarks.length === 0 ? '' : '\n', lines, after: '' };
}
