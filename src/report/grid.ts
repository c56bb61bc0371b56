/** What a colour would say; the text says it too. */
export type Tone = 'plain' | 'good' | 'bad' | 'unsure' | 'faint' | 'strong';

export interface Cell {
  readonly text: string;
  readonly tone: Tone;
}

export interface Column {
  readonly head: string;
  readonly align: 'left' | 'right';
}

/** A row of cells, or a heading over the rows that follow it. */
export type Row =
  | { readonly type: 'cells'; readonly cells: readonly Cell[] }
  | { readonly type: 'group'; readonly text: string };

/** A table before it is laid out: for a terminal, for markdown, or stacked where it would be too wide. */
export interface Grid {
  readonly title: string;
  /** The first column names the row. */
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

export const cell = (text: string, tone: Tone = 'plain'): Cell => ({ text, tone });
export const left = (head: string): Column => ({ head, align: 'left' });
export const right = (head: string): Column => ({ head, align: 'right' });
export const cells = (...list: readonly Cell[]): Row => ({ type: 'cells', cells: list });
export const group = (text: string): Row => ({ type: 'group', text });

/** The same grid without the columns, but the first, in which no row has anything to say. */
export function dropEmptyColumns(grid: Grid, isEmpty: (text: string) => boolean): Grid {
  const kept = grid.columns.map(
    (_, index) =>
      index === 0 ||
      grid.rows.some((row) => row.type === 'cells' && !isEmpty(row.cells[index]?.text ?? '')),
  );
  return {
    ...grid,
    columns: grid.columns.filter((_, index) => kept[index]),
    rows: grid.rows.map((row) =>
      row.type === 'group' ? row : cells(...row.cells.filter((_, index) => kept[index])),
    ),
  };
}
