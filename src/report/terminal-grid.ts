import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import type { Cell, Grid, Row } from './grid.js';
import type { Paint } from './paint.js';
import { wrapText } from './wrap.js';

/** Under this width a table of figures is stacked whatever it holds. */
const narrow = 100;

/**
 * A grid as a table, or stacked where the terminal is narrower than `least` or the table would not fit. Lines end
 * with a line feed.
 */
export function renderGrid(grid: Grid, width: number, paint: Paint, least = narrow): string {
  const title = wrapText(grid.title, width, ' ', '   ')
    .split('\n')
    .map((line) => paint('strong', line))
    .join('\n');
  if (width >= least) {
    const lines = renderTable(grid, paint);
    if (lines.every((line) => stripVTControlCharacters(line).length <= width)) {
      return title + lines.map((line) => `${line}\n`).join('');
    }
  }
  return title + renderStacked(grid, width, paint);
}

const borders = ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
  ['', '-left', '-mid', '-right'].map((corner) => side + corner),
);
const noBorders = { ...Object.fromEntries(borders.map((name) => [name, ''])), middle: ' ' };

function renderTable(grid: Grid, paint: Paint): readonly string[] {
  const table = new Table({
    head: grid.columns.map((column) => paint('faint', column.head)),
    colAligns: grid.columns.map((column) => column.align),
    chars: noBorders,
    // Without this, cli-table3 colours heads and borders even where the output is no terminal.
    style: { head: [], border: [], 'padding-left': 1, 'padding-right': 0 },
  });
  for (const row of grid.rows) {
    table.push(
      row.type === 'group'
        ? [{ content: paint('strong', row.text), colSpan: grid.columns.length }]
        : row.cells.map((cell) => paint(cell.tone, cell.text)),
    );
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

function renderStacked(grid: Grid, width: number, paint: Paint): string {
  return grid.rows.map((row) => stackRow(row, grid, width, paint)).join('');
}

function stackRow(row: Row, grid: Grid, width: number, paint: Paint): string {
  if (row.type === 'group') return ` ${paint('strong', row.text)}\n`;
  const [name, ...values] = row.cells;
  let text = ` ${paint('strong', name?.text ?? '')}\n`;
  let line = '';
  for (const [index, value] of values.entries()) {
    if (value.text === '') continue;
    const head = grid.columns[index + 1]?.head ?? '';
    const plain = `${head} ${value.text}`;
    if (line !== '' && lengthOf(line) + 3 + plain.length > width) {
      text += `${line}\n`;
      line = '';
    }
    line += `${line === '' ? '   ' : ' · '}${paint('faint', head)} ${paintCell(value, paint)}`;
  }
  return line === '' ? text : `${text}${line}\n`;
}

const paintCell = (cell: Cell, paint: Paint): string => paint(cell.tone, cell.text);

const lengthOf = (line: string): number => stripVTControlCharacters(line).length;
