import type { Claim, ClaimCell, ClaimRange } from './claim.js';
import type { KnobValue, MatrixCell } from './matrix.js';
import type { Claim as ClaimEntry, Workload } from './schema.js';
import type { WorkloadSource } from './source.js';

/** A cell of a matrix, and all of them. */
export interface ClaimPlace {
  readonly own: MatrixCell;
  readonly all: readonly MatrixCell[];
}

/**
 * The claims of a workload with every field filled in and the line on which each stands. Of a matrix, those that are
 * judged in one cell: `of` names no value that the cell has not, and what `than` does not name is as in the cell.
 */
export function compileClaims(
  workload: Workload,
  source: WorkloadSource,
  place: ClaimPlace | null = null,
): readonly Claim[] {
  return workload.expect.flatMap((entry, index) => {
    const line = source.lineOf(['expect', index]);
    if (place !== null && !matches(place.own, knobsOf(entry.of))) return [];
    const claim = compileClaim(entry, line, place);
    return place !== null && claim.kind === 'ratio' && isSame(claim.of, claim.than) ? [] : [claim];
  });
}

/** A cell against itself shows nothing: it is the one that the others are compared with. */
const isSame = (of: ClaimCell, than: ClaimCell): boolean =>
  of.strategy === than.strategy && of.cell === than.cell;

/** `entry` has passed `checkClaims`, so what its kind needs is there. */
function compileClaim(entry: ClaimEntry, line: number, place: ClaimPlace | null): Claim {
  const base = { text: entry.claim, line };
  const cell = (selector: ClaimEntry['of']): ClaimCell => compileCell(selector, place);
  const of = cell(entry.of);
  if (entry.unsupported !== undefined) return { ...base, kind: 'unsupported', of };
  const measured = {
    ...base,
    metric: entry.metric ?? '',
    role: entry.role ?? null,
    op: entry.op ?? null,
  };
  if (entry.order !== undefined)
    return { ...measured, kind: 'order', order: entry.order.map(cell) };
  if (entry.value !== undefined)
    return { ...measured, kind: 'value', of, range: range(entry.value) };
  return { ...measured, kind: 'ratio', of, than: cell(entry.than), range: range(entry.ratio) };
}

function compileCell(selector: ClaimEntry['of'], place: ClaimPlace | null): ClaimCell {
  const strategy = typeof selector === 'string' ? selector : (selector?.strategy ?? '');
  const knobs = knobsOf(selector);
  if (place === null || matches(place.own, knobs)) return { strategy, threads: null };
  const wanted = { ...place.own.values, ...knobs };
  const other = place.all.find((cell) => matches(cell, wanted));
  return { strategy, threads: null, ...(other === undefined ? {} : { cell: other.name }) };
}

function knobsOf(selector: ClaimEntry['of']): Readonly<Record<string, KnobValue>> {
  if (typeof selector !== 'object') return {};
  return Object.fromEntries(Object.entries(selector).filter(([key]) => key !== 'strategy'));
}

/** Values as written: 4 is "4". */
const matches = ({ values }: MatrixCell, knobs: Readonly<Record<string, KnobValue>>): boolean =>
  Object.entries(knobs).every(([knob, value]) => String(values[knob]) === String(value));

const range = (
  limits: { readonly min?: number | undefined; readonly max?: number | undefined } | undefined,
): ClaimRange => ({ min: limits?.min ?? null, max: limits?.max ?? null });
