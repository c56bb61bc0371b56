import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { differenceText } from '../results/fingerprint.js';
import { loadResult } from '../results/load.js';
import { namesFolder, prepareOutput } from '../results/output-path.js';
import type { Result, Shard } from '../results/result.js';
import { sweepDifferences } from '../results/sweep-differences.js';

/** Where a sweep's result goes, and what an earlier run of the same sweep has left there; or why nothing can go there. */
export type SweepFile =
  | { readonly ok: true; readonly path: string; readonly earlier: Result | null }
  | { readonly ok: false; readonly message: string };

export interface SweepFileRequest {
  readonly out: string;
  readonly directory: string;
  readonly force: boolean;
  /** The result before its first trial. */
  readonly planned: Result;
}

/** `fault-storm-server-2s-64-sweep-1.json`, of a part with `-shard-2-of-4` before the ending. */
export function sweepFileName({ seed, sweep, workloads }: Result): string {
  const plan = workloads[0]?.plan;
  const shard = sweep?.shard;
  const part = shard === undefined ? '' : `-shard-${shard.index}-of-${shard.count}`;
  const workload = plan?.workload.slice(0, longestName) ?? '';
  return `${workload}-${plan?.machine?.profile.name ?? ''}-sweep-${seed}${part}.json`;
}

/** A file's name has at most 255 bytes. */
const longestName = 120;

/**
 * Finds the file, and proves that it can be written. One that holds a part of the same sweep is gone on with; in a
 * folder, another one is passed by, and where it was named itself it is refused.
 */
export function settleSweepFile(request: SweepFileRequest): SweepFile {
  const { out, directory, force, planned } = request;
  const given = resolve(directory, out);
  const name = sweepFileName(planned);
  if (!namesFolder(out, given)) {
    const found = force || !existsSync(given) ? null : earlierIn(given, out, planned);
    if (found?.ok === false) {
      const message = `--out: ${found.message}; give another name, or --force to begin anew`;
      return { ok: false, message };
    }
    return writable(request, given, found?.result ?? null);
  }
  for (let copy = 1; ; copy++) {
    const path = join(given, copy === 1 ? name : name.replace(/\.json$/, `-${copy}.json`));
    if (!existsSync(path)) return writable(request, path, null);
    const found = earlierIn(path, path, planned);
    if (found.ok) return writable(request, path, force ? null : found.result);
  }
}

function writable(
  { directory }: SweepFileRequest,
  path: string,
  earlier: Result | null,
): SweepFile {
  const proved = prepareOutput({ out: path, directory, name: '', force: true });
  return proved.ok ? { ok: true, path, earlier } : proved;
}

type Earlier =
  { readonly ok: true; readonly result: Result } | { readonly ok: false; readonly message: string };

function earlierIn(path: string, shown: string, planned: Result): Earlier {
  const loaded = loadResult(path, shown);
  if (!loaded.ok) return loaded;
  const [difference] = sweepDifferences(loaded.result, planned);
  if (difference !== undefined) {
    const what = differenceText(difference, 'it', 'this run');
    return { ok: false, message: `${shown} exists and is of another sweep: ${what}` };
  }
  const [there, here] = [loaded.result.sweep?.shard, planned.sweep?.shard].map(shardText);
  return there === here
    ? { ok: true, result: loaded.result }
    : { ok: false, message: `${shown} exists and holds ${there ?? ''}, and this is ${here ?? ''}` };
}

/** `shard 2/4`, or `the whole sweep`. */
export const shardText = (shard: Shard | undefined): string =>
  shard === undefined ? 'the whole sweep' : `shard ${shard.index}/${shard.count}`;
