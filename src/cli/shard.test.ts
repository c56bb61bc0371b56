import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settleShard, shardValue } from './shard.js';

const slurm = (id: string, min: string, count: string, step = '1') => ({
  SLURM_ARRAY_TASK_ID: id,
  SLURM_ARRAY_TASK_MIN: min,
  SLURM_ARRAY_TASK_COUNT: count,
  SLURM_ARRAY_TASK_STEP: step,
});

type Environment = Readonly<Record<string, string>>;

const settled: readonly (readonly [string, string | undefined, Environment, string | undefined])[] =
  [
    ['nothing', undefined, {}, undefined],
    ['a flag', '2/4', {}, '2/4'],
    ['one of one is the whole', '1/1', slurm('2', '1', '4'), undefined],
    ['a flag wins over Slurm', '3/4', slurm('1', '1', '4'), '3/4'],
    ['tasks from 1', undefined, slurm('2', '1', '4'), '2/4'],
    ['tasks from 0', undefined, slurm('0', '0', '4'), '1/4'],
    ['tasks from 10 in steps', undefined, slurm('16', '10', '4', '2'), '4/4'],
    ['auto in Slurm, of a number given', 'auto/8', slurm('2', '1', '4'), '2/8'],
    ['an indexed job', 'auto/4', { JOB_COMPLETION_INDEX: '0' }, '1/4'],
    ['the last of an indexed job', 'auto/4', { JOB_COMPLETION_INDEX: '3' }, '4/4'],
  ];
for (const [what, flag, env, shard] of settled) {
  test(`shard: ${what}`, () => {
    const found = settleShard(flag === undefined ? undefined : shardValue(flag), env);
    assert.ok(found.ok, JSON.stringify(found));
    const text =
      found.shard === undefined ? undefined : `${found.shard.index}/${found.shard.count}`;
    assert.equal(text, shard);
  });
}

const refused: readonly (readonly [string, string | undefined, Environment, RegExp])[] = [
  ['an indexed job of unknown size', undefined, { JOB_COMPLETION_INDEX: '0' }, /--shard auto\/N/],
  ['auto without an array job', 'auto/4', {}, /neither is set/],
  ['an array with gaps', undefined, slurm('7', '1', '3'), /shard 7 of 3/],
  ['no count', undefined, { SLURM_ARRAY_TASK_ID: '1' }, /SLURM_ARRAY_TASK_COUNT is not set/],
  ['no number', undefined, slurm('x', '1', '3'), /SLURM_ARRAY_TASK_ID is x/],
  [
    'between steps',
    undefined,
    slurm('2', '1', '3', '2'),
    /none of the tasks from 1 on in steps of 2/,
  ],
  ['an index beyond the given number', 'auto/2', { JOB_COMPLETION_INDEX: '2' }, /shard 3 of 2/],
];
for (const [what, flag, env, message] of refused) {
  test(`no shard: ${what}`, () => {
    const found = settleShard(flag === undefined ? undefined : shardValue(flag), env);
    assert.ok(!found.ok);
    assert.match(found.message, message);
  });
}

for (const text of [
  '',
  '2',
  '0/4',
  '5/4',
  '1/0',
  'a/4',
  '1/4/2',
  '-1/4',
  'auto',
  'auto/0',
  '1/100001',
]) {
  test(`--shard ${JSON.stringify(text)} is refused`, () =>
    assert.throws(() => shardValue(text), /must be i\/n/));
}
