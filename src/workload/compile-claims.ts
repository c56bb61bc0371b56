import type { Claim, ClaimCell, ClaimRange } from './claim.js';
import type { Claim as ClaimEntry, Workload } from './schema.js';
import type { WorkloadSource } from './source.js';

/** The claims of a workload with every field filled in and the line on which each stands. */
export function compileClaims(workload: Workload, source: WorkloadSource): readonly Claim[] {
  return workload.expect.map((entry, index) =>
    compileClaim(entry, source.lineOf(['expect', index])),
  );
}

/** `entry` has passed `checkClaims`, so what its kind needs is there. */
function compileClaim(entry: ClaimEntry, line: number): Claim {
  const base = { text: entry.claim, line };
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

const cell = (selector: ClaimEntry['of']): ClaimCell => ({
  strategy: typeof selector === 'string' ? selector : (selector?.strategy ?? ''),
  threads: null,
});

const range = (
  limits: { readonly min?: number | undefined; readonly max?: number | undefined } | undefined,
): ClaimRange => ({ min: limits?.min ?? null, max: limits?.max ?? null });
