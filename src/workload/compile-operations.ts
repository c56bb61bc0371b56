import { plainOperation } from './plain-operation.js';
import { mappedRegion, noRegion, type OperationPlan } from './plan.js';
import { mappedName } from './schema-operations.js';
import type { Operation } from './schema.js';

/** Pages of a thread's own span where a workload does not say. */
export const defaultSpan = 512;

/** Row of the time it takes to drop a span after a pass over it. */
const refillRow = 'refill';

/** A region as operations need it: where it is in the list, and how many pages all its VMAs have. */
export interface RegionSize {
  readonly index: number;
  readonly pages: number;
}

export interface CompiledOperations {
  readonly ops: readonly OperationPlan[];
  readonly rows: readonly string[];
  /** Most pages that one thread has mapped at once, and grown the heap by. */
  readonly mappedPages: number;
  readonly grownPages: number;
}

/** The entries of a role as plain data, with all that the file left out filled in. */
export function compileOperations(
  operations: readonly Operation[],
  regions: ReadonlyMap<string, RegionSize>,
): CompiledOperations {
  const rows = [...new Set(operations.map(rowName))];
  if (operations.some((entry) => entry.op === 'fault' && entry.region !== mappedName)) {
    rows.push(refillRow);
  }
  let mapped = 0;
  let mappedPages = 0;
  let grown = 0;
  let grownPages = 0;
  const ops = operations.map((entry): OperationPlan => {
    if (entry.op === 'mmap') mapped = entry.pages;
    if (entry.op === 'brk') grown += entry.pages;
    mappedPages = Math.max(mappedPages, mapped);
    grownPages = Math.max(grownPages, grown);
    const plan = compileOperation(entry, regions, mapped);
    if (entry.op === 'munmap') mapped = 0;
    return { ...plan, row: rows.indexOf(rowName(entry)), weight: entry.weight ?? 1 };
  });
  return { ops, rows, mappedPages, grownPages };
}

const rowName = (entry: Operation): string => entry.label ?? entry.op;

type Body = Omit<OperationPlan, 'row' | 'weight'>;

/** @param mapped pages of what the thread has mapped when it comes to this entry */
function compileOperation(
  entry: Operation,
  regions: ReadonlyMap<string, RegionSize>,
  mapped: number,
): Body {
  const file = (name: string | undefined): number => regions.get(name ?? '')?.index ?? -1;
  /** Region, span and pick of an entry that works on pages of `name`. */
  const on = (name: string, span: number | undefined) => {
    if (name === mappedName) return { region: mappedRegion, span: 0, size: mapped };
    const region = regions.get(name) ?? { index: noRegion, pages: 0 };
    const own = Math.min(span ?? defaultSpan, region.pages);
    return { region: region.index, span: own, size: own === 0 ? region.pages : own };
  };
  switch (entry.op) {
    case 'fault':
    case 'gup':
    case 'gup-fast': {
      const { region, span } = on(entry.region, entry.span);
      const write = entry.access === 'write';
      const { pages, pick } = entry;
      const placed = { ...plainOperation, op: entry.op, region, span, pages, pick, write };
      if (entry.op === 'fault') return placed;
      const pinned = { ...placed, holdNs: entry.pin ?? 0 };
      return entry.op === 'gup'
        ? { ...pinned, caller: entry.caller ?? '', held: entry.held }
        : pinned;
    }
    case 'mprotect':
    case 'madvise': {
      const { region, span, size } = on(entry.region, entry.span);
      const write = entry.op === 'mprotect' && entry.access === 'write';
      const { op, pick } = entry;
      return { ...plainOperation, op, region, span, pages: entry.pages ?? size, pick, write };
    }
    case 'rmap-walk':
    case 'notifier':
    case 'exec-text': {
      const { region, span } = on(entry.region, entry.span);
      const { op, pages, pick } = entry;
      return { ...plainOperation, op, region, span, pages, pick };
    }
    case 'uprobe-register':
    case 'uprobe-unregister': {
      const { region, span } = on(entry.region, entry.span);
      return { ...plainOperation, op: entry.op, region, span };
    }
    case 'mmap': {
      const { op, pages, populate } = entry;
      return { ...plainOperation, op, pages, populate, file: file(entry.file) };
    }
    case 'munmap':
      return { ...plainOperation, op: entry.op, region: mappedRegion, pages: mapped };
    case 'brk':
      return { ...plainOperation, op: entry.op, pages: entry.pages };
    case 'fork':
      return { ...plainOperation, op: entry.op, holdNs: entry.child ?? 0 };
    case 'file-write': {
      const { region, span } = on(entry.buffer, entry.span);
      const { op, pages, pick } = entry;
      return { ...plainOperation, op, region, span, pages, pick, file: file(entry.file) };
    }
    case 'truncate': {
      const { region, span } = on(entry.file, entry.span);
      const { op, pages, pick } = entry;
      return { ...plainOperation, op, region, span, pages, pick, file: region };
    }
    case 'section': {
      const { op, lock, hold, sleep } = entry;
      const writeShare = entry.write ?? 0;
      return { ...plainOperation, op, lock, writeShare, holdNs: hold, sleeps: sleep };
    }
  }
}
