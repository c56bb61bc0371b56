import type {
  PartName,
  Spread,
  StrategyExplanation,
  TimeOfOperation,
  WorkloadExplanation,
} from '../explain/explanation.js';
import { byRank, partKey } from '../explain/parts.js';
import { lookOf, partText } from './explain-words.js';
import { absent, formatNs, formatShare, formatSpread } from './format.js';
import { cell, cells, left, right, type Cell, type Grid, type Row } from './grid.js';

/** Parts under this share of every strategy are added up in one row, unless all are asked for. */
const leastShare = 0.001;

/** A strategy that ran. */
type Explained = StrategyExplanation & { readonly time: TimeOfOperation };

export const explained = ({ strategies }: WorkloadExplanation): readonly Explained[] =>
  strategies.flatMap(({ time, ...strategy }) => (time === null ? [] : [{ ...strategy, time }]));

/**
 * A row a part, a column a strategy: its share of the whole, and ns an operation. Where all strategies do not fit beside
 * each other, spreads of parts are left out, and then there are several tables; a table that does not fit with even one
 * strategy is for `renderGrid` to stack.
 *
 * @param width in characters
 */
export function explanationGrids(
  workload: WorkloadExplanation,
  verbose: boolean,
  width: number,
): readonly Grid[] {
  const columns = explained(workload);
  if (columns.length === 0) return [];
  const wide = gridOf(workload, columns, columns, verbose, true);
  if (widthOf(wide) <= width) return [wide];
  const compact = (some: readonly Explained[]): Grid =>
    gridOf(workload, columns, some, verbose, false);
  const grids: Grid[] = [];
  for (let at = 0; at < columns.length;) {
    let count = columns.length - at;
    while (count > 1 && widthOf(compact(columns.slice(at, at + count))) > width) count--;
    grids.push(compact(columns.slice(at, at + count)));
    at += count;
  }
  return grids;
}

/** What a table of it takes, a space before each column. */
const widthOf = ({ columns, rows }: Grid): number =>
  columns.reduce((sum, { head }, index) => {
    const texts = rows.map((row) => (row.type === 'cells' ? (row.cells[index]?.text ?? '') : ''));
    return sum + 1 + Math.max(head.length, ...texts.map((text) => text.length));
  }, 0);

/** The rows are those that `all` have, so that the tables of one workload can be read across. */
function gridOf(
  workload: WorkloadExplanation,
  all: readonly Explained[],
  columns: readonly Explained[],
  verbose: boolean,
  spreads: boolean,
): Grid {
  const times = columns.map(({ time }) => time);
  const { shown, small } = splitParts(
    all.map(({ time }) => time),
    verbose,
  );
  const smallText = small.length === 1 ? '1 smaller part' : `${small.length} smaller parts`;
  const partRow = (text: string, names: readonly PartName[]): Row =>
    cells(cell(text), ...times.map((time) => partCell(time, names, spreads)));
  return {
    title: `share of the time, and ns a ${workload.operation}, by what it was spent on`,
    columns: [left(''), ...columns.map(({ strategy }) => right(strategy))],
    rows: [
      ...shown.map((name) => partRow(`${lookOf(name).fill} ${partText(name)}`, [name])),
      ...(small.length === 0 ? [] : [partRow(`  ${smallText}`, small)]),
      cells(cell('  all', 'strong'), ...times.map((time) => allCell(time, spreads))),
      ...(all.every(({ time }) => time.idleShare === null)
        ? []
        : [cells(cell('  (CPUs idle)', 'faint'), ...times.map(idleCell))]),
    ],
  };
}

function splitParts(
  times: readonly TimeOfOperation[],
  verbose: boolean,
): { readonly shown: readonly PartName[]; readonly small: readonly PartName[] } {
  const names = new Map<string, PartName>();
  const large = new Set<string>();
  for (const { parts } of times) {
    for (const part of parts) {
      names.set(partKey(part), part);
      if (verbose || part.share >= leastShare) large.add(partKey(part));
    }
  }
  const all = [...names.values()].sort(byRank);
  return {
    shown: all.filter((name) => large.has(partKey(name))),
    small: all.filter((name) => !large.has(partKey(name))),
  };
}

/** The sum of some parts of one strategy. */
function partCell(
  { parts, perOperation }: TimeOfOperation,
  names: readonly PartName[],
  spreads: boolean,
): Cell {
  const keys = new Set(names.map(partKey));
  const found = parts.filter((part) => keys.has(partKey(part)));
  if (found.length === 0) return cell(absent, 'faint');
  const share = formatShare(sumOf(found.map((part) => part.share)));
  if (perOperation === null) return cell(share);
  const only = spreads && found.length === 1 ? (found[0]?.perOperation ?? null) : null;
  const ns = sumOf(found.map((part) => part.perOperation?.ns ?? 0));
  return cell(`${share}  ${only === null ? nsText(ns) : spreadText(only)}`);
}

function allCell({ perOperation, parts }: TimeOfOperation, spreads: boolean): Cell {
  const share = formatShare(sumOf(parts.map((part) => part.share)));
  if (perOperation === null) return cell(share, 'strong');
  const text = spreads ? spreadText(perOperation) : nsText(perOperation.ns);
  return cell(`${share}  ${text}`, 'strong');
}

const idleCell = ({ idleShare }: TimeOfOperation): Cell =>
  cell(idleShare === null ? absent : formatShare(idleShare), 'faint');

/** `18.2µs ±1.4%`: with the greater distance to the block with the least and the most. */
export const spreadText = ({ ns, least, most }: Spread): string =>
  `${nsText(ns)} ${formatSpread(ns, least, most)}`.trimEnd();

/** Under 1 ns per operation is no 0. */
const nsText = (ns: number): string => (ns > 0 && ns < 0.05 ? '<0.1ns' : formatNs(ns));

const sumOf = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
