import { differenceText } from './fingerprint.js';
import type { Result, Shard } from './result.js';
import { sweepDifferences } from './sweep-differences.js';
import { inOrder, shardTrials, sweepTrials, trialKey } from './sweep-trials.js';

/** A shard's result, and the file it is from as the user named it. */
export interface NamedShard {
  readonly file: string;
  readonly result: Result;
}

/**
 * The whole sweep, or everything that is wrong with its parts, a message each. `usage`: these files are no parts to
 * put together; `not-comparable`: they are of different sweeps, or not all of one.
 */
export type Merged =
  | { readonly ok: true; readonly result: Result }
  | {
      readonly ok: false;
      readonly kind: 'usage' | 'not-comparable';
      readonly messages: readonly string[];
    };

/**
 * Puts the shards of a sweep together: what the sweep would have given unsharded, with trials by cell, block and
 * position. `exit` is null in it.
 */
export function mergeShards(shards: readonly NamedShard[]): Merged {
  const [first] = shards;
  if (first === undefined) return refuse('usage', ['there is no shard to merge']);
  const whole = shards.filter(({ result }) => result.sweep?.shard === undefined);
  if (whole.length > 0) {
    return refuse(
      'usage',
      whole.map(({ file, result }) => `${file}: ${notAShard(result)}`),
    );
  }
  const different = shards.flatMap((each) => differenceOf(first, each) ?? []);
  if (different.length > 0) return refuse('not-comparable', different);
  const count = first.result.sweep?.shard?.count ?? 0;
  const twice = shards.flatMap((each, index) => {
    const same = shards.slice(0, index).find((other) => indexOf(other) === indexOf(each));
    return same === undefined
      ? []
      : [
          `${each.file}: is shard ${indexOf(each)}/${count}, and so is ${same.file}; name one of them`,
        ];
  });
  if (twice.length > 0) return refuse('usage', twice);
  const missing = Array.from({ length: count }, (_, at) => at + 1).filter(
    (index) => !shards.some((each) => indexOf(each) === index),
  );
  const incomplete = shards.flatMap((each) => incompleteText(each) ?? []);
  const lacking = [...(missing.length === 0 ? [] : [missingText(missing, count)]), ...incomplete];
  return lacking.length > 0
    ? refuse('not-comparable', lacking)
    : { ok: true, result: joined(first.result, shards) };
}

const refuse = (kind: 'usage' | 'not-comparable', messages: readonly string[]): Merged => ({
  ok: false,
  kind,
  messages,
});

const indexOf = ({ result }: NamedShard): number => result.sweep?.shard?.index ?? 0;

const notAShard = ({ sweep }: Result): string =>
  sweep === undefined
    ? 'is no shard of a sweep; name files that mmlock sweep --shard wrote'
    : 'is a whole sweep, and no shard of one; there is nothing to merge it with';

function differenceOf(first: NamedShard, each: NamedShard): string | null {
  const [difference] = sweepDifferences(first.result, each.result);
  if (difference !== undefined) {
    return `${each.file}: is of another sweep than ${first.file}: ${differenceText(difference, first.file, each.file)}`;
  }
  const counts = [first, each].map(({ result }) => result.sweep?.shard?.count ?? 0);
  return counts[0] === counts[1]
    ? null
    : `${each.file}: is one of ${counts[1] ?? 0} shards, and ${first.file} one of ${counts[0] ?? 0}; merge shards of one division`;
}

const mostNamed = 12;

function missingText(missing: readonly number[], count: number): string {
  const named = missing.slice(0, mostNamed).map((index) => `${index}/${count}`);
  const more = missing.length - named.length;
  const list = `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return `missing: shard${missing.length === 1 ? '' : 's'} ${list}; run the sweep with --shard ${named[0] ?? ''}${missing.length === 1 ? '' : ' and so on'}, and name the files too`;
}

/** A shard that was interrupted; its own command goes on with it. */
function incompleteText(shard: NamedShard): string | null {
  const { workloads, sweep } = shard.result;
  const part = sweep?.shard as Shard;
  const planned = shardTrials(sweepTrials(workloads), part);
  const there = new Set(
    workloads.flatMap(({ trials }, cell) => trials.map((trial) => trialKey(cell, trial))),
  );
  const done = planned.filter(({ cell, block, strategy }) =>
    there.has(trialKey(cell, { block, strategy: strategy.name })),
  ).length;
  if (done === planned.length) return null;
  return `${shard.file}: shard ${part.index}/${part.count} has ${done} of its ${planned.length} trials; run its command again, which goes on with them`;
}

function joined(first: Result, shards: readonly NamedShard[]): Result {
  return {
    ...first,
    sweep: { cpus: first.sweep?.cpus ?? [] },
    workloads: first.workloads.map((workload, cell) => ({
      ...workload,
      trials: inOrder(shards.flatMap(({ result }) => result.workloads[cell]?.trials ?? [])),
    })),
    complete: true,
    interrupted: null,
    exit: null,
  };
}
