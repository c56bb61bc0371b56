import { InvalidArgumentError } from 'commander';
import type { Shard } from '../results/result.js';
import type { Context } from './context.js';

/** `--shard 2/4`, or `auto/4`: which one tells the environment. */
export interface ShardOption {
  readonly index: number | 'auto';
  readonly count: number;
}

/** The part of a sweep that is to run, undefined for all of it, and what told so; or why that cannot be known. */
export type SettledShard =
  | { readonly ok: true; readonly shard: Shard | undefined; readonly from: string }
  | { readonly ok: false; readonly message: string };

/** Reads `--shard i/n`. Throws InvalidArgumentError. */
export function shardValue(text: string): ShardOption {
  const [, word = '', number = ''] = /^(auto|\d+)\/(\d+)$/.exec(text.trim()) ?? [];
  const count = Number(number);
  const index = word === 'auto' ? word : Number(word);
  const fits = index === 'auto' || (index >= 1 && index <= count);
  if (word === '' || count < 1 || count > mostShards || !fits) {
    throw new InvalidArgumentError(
      'It must be i/n, the part and how many there are, from 1/n to n/n, such as 2/4; or auto/n in an array job.',
    );
  }
  return { index, count };
}

const mostShards = 100_000;

/**
 * Which shard to run: `--shard`, else what an array job of Slurm says of itself. An indexed job of Kubernetes knows
 * its index and not how many there are, so it takes `--shard auto/n`.
 */
export function settleShard(option: ShardOption | undefined, env: Context['env']): SettledShard {
  if (option === undefined && env.SLURM_ARRAY_TASK_ID === undefined) {
    return env.JOB_COMPLETION_INDEX === undefined
      ? { ok: true, shard: undefined, from: '' }
      : refuse(
          `JOB_COMPLETION_INDEX is ${env.JOB_COMPLETION_INDEX}, and how many there are is not known: give --shard auto/N with the job's completions, or --shard 1/1 for the whole sweep`,
        );
  }
  if (option !== undefined && option.index !== 'auto') {
    const { index, count } = option;
    return { ok: true, shard: partOf(index, count), from: '--shard' };
  }
  const found = indexIn(env);
  if (typeof found === 'string') return refuse(found);
  const count = option?.count ?? found.count;
  if (count === undefined) {
    return refuse(
      `SLURM_ARRAY_TASK_COUNT is not set, and how many shards there are is not known: give --shard auto/N`,
    );
  }
  if (found.index > count) {
    return refuse(
      `${found.from} makes this shard ${found.index} of ${count}: number the array from its first task on without gaps, or give --shard i/n`,
    );
  }
  return { ok: true, shard: partOf(found.index, count), from: found.from };
}

/** One of one is the whole. */
const partOf = (index: number, count: number): Shard | undefined =>
  count === 1 ? undefined : { index, count };

const refuse = (message: string): SettledShard => ({ ok: false, message: `--shard: ${message}` });

interface FoundIndex {
  /** From 1. */
  readonly index: number;
  readonly count: number | undefined;
  readonly from: string;
}

function indexIn(env: Context['env']): FoundIndex | string {
  const numbers = new Map(
    variables.flatMap((name) => {
      const text = env[name];
      return text === undefined ? [] : [[name, /^\d+$/.test(text) ? Number(text) : NaN] as const];
    }),
  );
  for (const [name, value] of numbers) {
    if (Number.isNaN(value)) return `${name} is ${env[name] ?? ''}, which is no whole number`;
  }
  const task = numbers.get('SLURM_ARRAY_TASK_ID');
  const completion = numbers.get('JOB_COMPLETION_INDEX');
  if (task === undefined) {
    return completion === undefined
      ? 'auto takes the part from SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX, and neither is set: give its number'
      : { index: completion + 1, count: undefined, from: 'JOB_COMPLETION_INDEX' };
  }
  const first = numbers.get('SLURM_ARRAY_TASK_MIN') ?? 0;
  const step = numbers.get('SLURM_ARRAY_TASK_STEP') ?? 1;
  const index = (task - first) / Math.max(1, step) + 1;
  if (!Number.isInteger(index) || index < 1) {
    return `SLURM_ARRAY_TASK_ID ${task} is none of the tasks from ${first} on in steps of ${step}: give --shard i/n`;
  }
  return { index, count: numbers.get('SLURM_ARRAY_TASK_COUNT'), from: 'SLURM_ARRAY_TASK_ID' };
}

const variables = [
  'SLURM_ARRAY_TASK_ID',
  'SLURM_ARRAY_TASK_COUNT',
  'SLURM_ARRAY_TASK_MIN',
  'SLURM_ARRAY_TASK_STEP',
  'JOB_COMPLETION_INDEX',
];
