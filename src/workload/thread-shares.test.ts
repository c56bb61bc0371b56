import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ThreadCount } from './schema-scalars.js';
import { shareThreads } from './thread-shares.js';

const roles = (...threads: readonly (number | string)[]) =>
  threads.map((count, index): { name: string; threads: ThreadCount } => ({
    name: `r${index}`,
    threads: typeof count === 'number' ? { count } : { share: Number(count) / 100 },
  }));

const counts = (asked: number | undefined, usual: number, ...threads: (number | string)[]) => {
  const shared = shareThreads(roles(...threads), asked, usual);
  return shared.ok ? shared.value.counts : shared.message;
};

test('percentages divide what numbered roles leave, by largest remainder', () => {
  assert.deepEqual(counts(4, 2, '75', 1), [3, 1]);
  assert.deepEqual(counts(2, 2, '75', 1), [1, 1]);
  assert.deepEqual(counts(8, 2, '75', '25'), [6, 2]);
  assert.deepEqual(counts(10, 2, '33', '33', '34'), [3, 3, 4]);
  assert.deepEqual(counts(3, 2, '98', '1', '1'), [1, 1, 1]);
  assert.deepEqual(counts(5, 2, '98', '1', '1'), [3, 1, 1]);
  assert.deepEqual(counts(undefined, 4, '50', 2), [2, 2]);
});

test('without --threads roles get at least what they need, and a note says so', () => {
  const shared = shareThreads(roles('50', '50', 2), undefined, 1);
  assert.ok(shared.ok);
  assert.deepEqual(shared.value.counts, [1, 1, 2]);
  assert.deepEqual(shared.value.notes, ['4 threads on 1 core: the roles need that many']);
  assert.deepEqual(counts(undefined, 8, 3, 1), [3, 1]);
});

test('--threads that cannot be dealt is refused', () => {
  assert.equal(
    counts(2, 2, '50', 2),
    '--threads 2 is too few: r0 (at least 1), r1 (2) need at least 3',
  );
  assert.equal(
    counts(8, 2, 3, 1),
    '--threads 8 has nothing to scale: the roles ask for 4 in numbers; give one of them a percentage',
  );
});

test('shares add up to what is asked, with one thread at least for each role', () => {
  const role = fc.oneof(
    fc.integer({ min: 1, max: 8 }).map((count): ThreadCount => ({ count })),
    fc.integer({ min: 1, max: 100 }).map((percent): ThreadCount => ({ share: percent / 100 })),
  );
  fc.assert(
    fc.property(
      fc.array(role, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 300 }),
      (threads, asked) => {
        const named = threads.map((count, index) => ({ name: `r${index}`, threads: count }));
        const shared = shareThreads(named, asked, 2);
        const least = threads.reduce((sum, t) => sum + ('count' in t ? t.count : 1), 0);
        const fixed = threads.every((t) => 'count' in t);
        assert.equal(shared.ok, fixed ? asked === least : asked >= least);
        if (!shared.ok) return;
        const dealt = shared.value.counts;
        assert.equal(
          dealt.reduce((a, b) => a + b, 0),
          asked,
        );
        for (const [i, t] of threads.entries()) {
          assert.ok((dealt[i] ?? 0) >= 1);
          if ('count' in t) assert.equal(dealt[i], t.count);
        }
      },
    ),
  );
});
