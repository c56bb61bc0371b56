import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { builtInMachine } from '../engines/sim/read-machine.js';
import { timeKinds } from '../engines/sim/time-account.js';
import { explainRole } from '../explain/explain.js';
import { spentWorkload } from '../explain/explain.test-support.js';
import type { Explanation } from '../explain/explanation.js';
import { parseCsvRecords } from '../results/csv.test-support.js';
import type { WorkloadResult } from '../results/result.js';
import { csvExplanation } from './explain-csv.js';
import { apportion, renderBar } from './explain-bar.js';
import { jsonExplanation } from './explain-json.js';
import { markdownExplanation } from './explain-markdown.js';
import { tableExplanation } from './explain-table.js';
import { lookOf, partText } from './explain-words.js';
import { assertGolden } from './golden.test-support.js';
import { createPaint } from './paint.js';

const options = { width: 132, colour: false, verbose: false };

function fixture(changes: Partial<WorkloadResult> = {}): Explanation {
  const workload = spentWorkload(changes);
  const machine = { profile: builtInMachine('laptop-8').profile, cpus: 8 };
  const plan = { ...workload.plan, machine };
  const [role] = plan.roles;
  assert.ok(role);
  const explained = explainRole({ engine: 'threads' }, { ...workload, plan }, role);
  assert.ok(explained.ok);
  return { workloads: [explained.explanation] };
}

describe('where the time went', () => {
  it('as a table', () => assertGolden('explain-132.txt', tableExplanation(fixture(), options)));

  it('at 80 columns, where no line is longer', () => {
    const text = tableExplanation(fixture(), { ...options, width: 80 });
    for (const line of text.split('\n')) assert.ok(line.length <= 80, line);
    assertGolden('explain-80.txt', text);
  });

  it('in colour says no more than without', () => {
    const coloured = tableExplanation(fixture(), { ...options, colour: true });
    assert.notEqual(coloured, tableExplanation(fixture(), options));
    assert.equal(stripVTControlCharacters(coloured), tableExplanation(fixture(), options));
  });

  it('adds small parts up, and shows each where asked', () => {
    const text = tableExplanation(fixture(), options);
    assert.match(text, /^ +1 smaller part +— +0\.0% +0\.6ns/m);
    assert.doesNotMatch(text, /zone/);
    const verbose = tableExplanation(fixture(), { ...options, verbose: true });
    assert.doesNotMatch(verbose, /smaller/);
    assert.match(verbose, /^ ▒ zone: spinning +— /m);
  });

  it('of more strategies than fit has tables of as many as do, with the same rows', () => {
    const { workloads } = fixture();
    const many = workloads.map((each) => ({
      ...each,
      strategies: [1, 2, 3].flatMap((number) =>
        each.strategies.map((one) => ({ ...one, strategy: `${one.strategy}-${number}` })),
      ),
    }));
    const beside = (width: number): number[] =>
      [
        ...tableExplanation({ workloads: many }, { ...options, width }).matchAll(/^ +(\w.*-\d)$/gm),
      ].map(([, heads = '']) => heads.split(/ +/).length);
    assert.deepEqual(beside(200), [6]);
    assert.deepEqual(beside(132), [6]);
    assert.deepEqual(beside(80), [3, 3]);
    const text = tableExplanation({ workloads: many }, { ...options, width: 80 });
    assert.equal([...text.matchAll(/^ ▒ mmap_lock: spinning /gm)].length, 2);
    for (const line of text.split('\n')) assert.ok(line.length <= 80, line);
  });

  it('of strategies that all were refused says so, and draws nothing', () => {
    const { workloads } = fixture();
    const refused = workloads.map((each) => ({
      ...each,
      strategies: each.strategies.filter(({ time }) => time === null),
    }));
    const text = tableExplanation({ workloads: refused }, options);
    assert.match(text, /unsupported: rwlock: its holder may not sleep/);
    assert.doesNotMatch(text, /all|checked/);
  });

  it('as markdown', () => assertGolden('explain.md', markdownExplanation(fixture(), options)));

  it('as JSON, whose parts add up', () => {
    const { workloads } = JSON.parse(jsonExplanation(fixture(), options)) as {
      workloads: {
        strategies: { status: string; wholeNs?: number; parts?: { ns: number }[] }[];
      }[];
    };
    const strategies = workloads[0]?.strategies ?? [];
    assert.deepEqual(
      strategies.map(({ status }) => status),
      ['ok', 'ok', 'unsupported'],
    );
    for (const { wholeNs, parts } of strategies) {
      assert.equal(
        parts?.reduce((sum, { ns }) => sum + ns, 0),
        wholeNs,
      );
    }
  });

  it('as CSV, a row a part', () => {
    const rows = parseCsvRecords(csvExplanation(fixture(), options));
    const ofMutex = rows.filter(({ strategy }) => strategy === 'mutex');
    assert.deepEqual(
      ofMutex.map(({ part, lock_class: lockClass }) => `${lockClass} ${part}`.trim()),
      ['work', 'transfer', 'mmap_lock asleep', 'mmap_lock waking', 'all', 'idle'],
    );
    const parts = ofMutex.slice(0, 4);
    assert.ok(Math.abs(parts.reduce((sum, { share }) => sum + Number(share), 0) - 1) < 1e-6);
    const refused = rows.filter(({ strategy }) => strategy === 'rwlock');
    assert.deepEqual(
      refused.map(({ status, part, reason }) => [status, part, reason]),
      [['unsupported', '', 'its holder may not sleep']],
    );
  });
});

describe('a bar', () => {
  const cases: readonly (readonly [
    shares: readonly number[],
    width: number,
    lengths: readonly number[],
  ])[] = [
    [[0.5, 0.5], 10, [5, 5]],
    [[1 / 3, 1 / 3, 1 / 3], 10, [4, 3, 3]],
    [[0.96, 0.04], 10, [10, 0]],
    [[0.94, 0.06], 10, [9, 1]],
    [[1.01, -0.01], 10, [10, 0]],
    [[], 10, []],
  ];
  for (const [shares, width, lengths] of cases) {
    it(`of ${shares.join(', ')} has ${lengths.join(', ')} of ${width} characters`, () =>
      assert.deepEqual(apportion(shares, width), lengths));
  }

  it('names the lock where there is room for it', () => {
    const parts = [
      { kind: 'work', lockClass: null, share: 0.5 },
      { kind: 'spinning', lockClass: 'vma', share: 0.25 },
      { kind: 'asleep', lockClass: 'mmap_lock', share: 0.25 },
    ] as const;
    assert.equal(renderBar(parts, 24, createPaint(false)), '████████████▒vma▒▒░░░░░░');
  });

  it('tells all kinds of time apart', () => {
    const kinds = [...timeKinds, 'spinning', 'asleep', 'waking', 'unheard-of'];
    const fills = kinds.map((kind) => lookOf({ kind, lockClass: null }).fill);
    assert.equal(new Set(fills).size, kinds.length);
    const texts = kinds.map((kind) => partText({ kind, lockClass: null }));
    assert.equal(new Set(texts).size, kinds.length);
    assert.equal(texts.at(-1), 'unheard-of');
  });
});
