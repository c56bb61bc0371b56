import type { Grid, Row } from './grid.js';
import type { Remark } from './remarks.js';

/** A table. */
export function gridMarkdown(grid: Grid): string {
  const line = (texts: readonly string[]): string => `| ${texts.join(' | ')} |\n`;
  return (
    line(grid.columns.map((column) => escapeMarkdown(column.head))) +
    line(grid.columns.map((column) => (column.align === 'right' ? '---:' : '---'))) +
    grid.rows.map((row) => line(textsOf(row, grid.columns.length))).join('')
  );
}

/** Markdown has no row that spans columns: a heading stands in the first. */
const textsOf = (row: Row, columns: number): readonly string[] =>
  row.type === 'group'
    ? [`**${escapeMarkdown(row.text)}**`, ...Array.from({ length: columns - 1 }, () => '')]
    : row.cells.map((cell) => escapeMarkdown(cell.text));

/** A list under a heading; nothing without remarks. */
export function remarksMarkdown(title: string, remarks: readonly Remark[]): string {
  if (remarks.length === 0) return '';
  const head = title === '' ? '' : `### ${title}\n\n`;
  return head + remarks.map(({ text }) => `- ${escapeMarkdown(text)}\n`).join('');
}

/** Names come from the user's files: nothing in them may become markup. */
export const escapeMarkdown = (text: string): string =>
  text.replace(/[\\`*_{}[\]<>|#]/g, (character) => `\\${character}`).replaceAll('\n', ' ');
