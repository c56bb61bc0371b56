import { relative } from 'node:path';
import { analyse } from '../results/analyse.js';
import { runsAlike, type Fingerprint } from '../results/fingerprint.js';
import { openResult } from '../results/load.js';
import type { BenchOptions } from './bench-options.js';
import type { PreparedWorkload } from './bench-record.js';
import { earlierResults } from './earlier-results.js';

/** Smallest relative changes that a run resolves if its blocks spread as those of an earlier one; null: not known. */
export interface Foreseen {
  readonly throughput: number | null;
  readonly p99: number | null;
  /** The earlier result, by its path from the working directory. */
  readonly from: string;
}

/**
 * What a run will resolve, which only data can tell: those of the newest run of the same fingerprint against the same
 * reference strategy, in the folder that the result would go into. Null where there is none.
 */
export function foreseeResolvable(
  workload: PreparedWorkload,
  options: BenchOptions,
  directory: string,
): Foreseen | null {
  const { files, fingerprint } = earlierResults(workload, options, directory);
  for (const file of files) {
    const changes = resolvableAsIn(file, workload, fingerprint);
    if (changes !== null) return { ...changes, from: relative(directory, file) };
  }
  return null;
}

/** Null where the file, or a histogram in it, cannot be read, or it holds no such run of two blocks at least. */
function resolvableAsIn(
  file: string,
  { orders, reference }: PreparedWorkload,
  fingerprint: Fingerprint,
): Omit<Foreseen, 'from'> | null {
  const loaded = openResult(file);
  if (!loaded.ok) return null;
  const [alike] = runsAlike(loaded.result, fingerprint, reference);
  if (alike === undefined) return null;
  try {
    const [earlier] = analyse({ ...loaded.result, workloads: [alike] }).workloads;
    if (earlier === undefined || earlier.blocks < 2) return null;
    // 4σ/√n, with the σ of then and the n of now.
    const scale = Math.sqrt(earlier.blocks / orders.length);
    const scaled = (change: number | null): number | null =>
      change === null ? null : change * scale;
    const { throughput, p99 } = earlier.resolvable;
    return { throughput: scaled(throughput), p99: scaled(p99) };
  } catch {
    return null;
  }
}
