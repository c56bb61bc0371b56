import { cell, cells, left, type Grid } from './grid.js';
import { createPaint } from './paint.js';
import { renderGrid } from './terminal-grid.js';

/** An interleaving, one column a thread. */
export interface Interleaving {
  readonly title: string;
  readonly threads: number;
  readonly steps: readonly { readonly thread: number; readonly text: string }[];
}

export interface InterleavingOptions {
  /** Characters in a line. */
  readonly width: number;
  readonly colour: boolean;
}

/** Steps from above to below, each in the column of its thread. */
export function renderInterleaving(shown: Interleaving, options: InterleavingOptions): string {
  const threads = Array.from({ length: shown.threads }, (_, thread) => thread);
  const grid: Grid = {
    title: shown.title,
    columns: [left('step'), ...threads.map((thread) => left(`thread ${thread}`))],
    rows: shown.steps.map(({ thread, text }, index) =>
      cells(
        cell(String(index + 1), 'faint'),
        ...threads.map((column) => cell(column === thread ? text : '')),
      ),
    ),
  };
  return renderGrid(grid, options.width, createPaint(options.colour), 0);
}
