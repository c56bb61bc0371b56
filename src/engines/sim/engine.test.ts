import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readUserLock } from '../../locks/read-user-lock.js';
import { builtInLocks } from '../../locks/registry.js';
import { strategyNames } from '../../strategies/presets.js';
import { resolveStrategy } from '../../strategies/resolve.js';
import type { Strategy } from '../../strategies/strategy.js';
import { unsupported } from '../../strategies/unsupported.js';
import type { Plan } from '../../workload/plan.js';
import type { EngineEvent } from '../engine.js';
import { planOf, strategyOf } from '../threads/stress.test-support.js';
import type { Trial } from '../trial.js';
import { SimEngine } from './engine.js';
import { TrialPool } from './pool.js';
import { builtInMachine } from './read-machine.js';

/** Every operation there is, on a little of everything. */
const everything = `space:
  processes: 2
  regions:
    - { name: heap, kind: anon, vmas: 4, pages: 32 }
    - { name: text, kind: file, vmas: 2, pages: 16, resident: 50%, io: 20us, executable: true, probes: 1 }
roles:
  - name: faulter
    threads: 50%
    ops:
      - { op: fault, region: heap, access: write, pick: sequential, span: shared }
      - { op: exec-text, region: text, pick: random, span: shared }
  - name: mapper
    threads: 1
    think: 2us
    ops:
      - { op: mmap, pages: 8 }
      - { op: fault, region: mapped, pages: 8 }
      - { op: mprotect, region: mapped, access: read }
      - { op: munmap, region: mapped }
      - { op: fork }
  - name: caller
    threads: 1
    ops:
      - { op: gup, region: heap, pages: 4, pin: 3us }
      - { op: gup-fast, region: heap, pages: 2 }
      - { op: section, lock: mmap_lock, write: 30%, hold: 1us }
  - name: kernel
    threads: 1
    think: 5us
    ops:
      - { op: rmap-walk, region: text, pages: 2 }
      - { op: notifier, region: heap, pages: 4 }
      - { op: uprobe-register, region: text }
      - { op: uprobe-unregister, region: text }
run: { duration: 2ms, warmup: 200us, blocks: 1 }`;

const { profile } = builtInMachine('server-2s-64');

function planOn(cpus: number, threads: number, body = everything, seed = 1): Plan {
  return { ...planOf(body, threads), seed, machine: { profile, cpus } };
}

async function run(
  plan: Plan,
  strategies: readonly Strategy[],
  workers = 2,
  signal = new AbortController().signal,
  blocks = 2,
): Promise<{ readonly trials: Trial[]; readonly events: string[] }> {
  const trials: Trial[] = [];
  const events: string[] = [];
  const heard = (event: EngineEvent): void => {
    events.push(event.type);
    if (event.type === 'trial-finished') trials.push(event.trial);
  };
  const order = strategies.map((_, index) => index);
  await new SimEngine(workers).run(
    plan,
    strategies,
    Array.from({ length: blocks }, () => order),
    heard,
    signal,
  );
  return { trials, events };
}

describe('every strategy runs every operation on simulated CPUs, and the model stays whole', () => {
  for (const [cpus, threads] of [
    [8, 8],
    [3, 8],
  ] as const) {
    test(`${threads} threads on ${cpus} CPUs`, async () => {
      const strategies = strategyNames(builtInLocks)
        .map((name) => resolveStrategy(name, builtInLocks))
        .flatMap((resolved) => (resolved.ok ? [resolved.strategy] : []))
        .filter((strategy) => unsupported(planOn(cpus, threads), strategy, builtInLocks) === '');
      assert.ok(strategies.length > 20);
      const { trials } = await run(planOn(cpus, threads), strategies, 2, undefined, 1);
      assert.equal(trials.length, strategies.length);
      for (const trial of trials) {
        assert.deepEqual(trial.faults, [], `${trial.strategy}, block ${trial.block}`);
      }
      // With a CPU for each thread, every operation comes to its turn.
      if (cpus < threads) return;
      const fast = trials.find(({ strategy }) => strategy === 'rwsem-handoff');
      for (const { counts, op } of fast?.rows ?? []) assert.ok(Math.max(...counts) > 0, op);
    });
  }
});

test('the same plan gives the same trials, whatever the number of workers, and another seed others', async () => {
  const strategies = ['rwsem-fifo', 'per-vma', 'qrwlock'].map((name) => strategyOf(name));
  const one = await run(planOn(6, 6), strategies, 1);
  const three = await run(planOn(6, 6), strategies, 3);
  assert.deepEqual(three, one);
  assert.deepEqual(
    one.trials.map(({ strategy, block, position }) => `${strategy} ${block} ${position}`),
    [
      'rwsem-fifo 1 0',
      'per-vma 1 1',
      'qrwlock 1 2',
      'rwsem-fifo 2 0',
      'per-vma 2 1',
      'qrwlock 2 2',
    ],
  );
  assert.notDeepEqual(one.trials[0]?.rows, one.trials[3]?.rows, 'blocks differ');
  const other = await run(planOn(6, 6, everything, 2), strategies, 2);
  assert.notDeepEqual(other.trials, one.trials);
});

test('the conditional form gives what the code gives as it is written', async () => {
  const request = {
    plan: planOn(5, 7),
    strategy: strategyOf('rwsem-handoff'),
    block: 1,
    position: 0,
  };
  const written = new TrialPool(1, new URL('./worker.js', import.meta.url));
  const conditional = new TrialPool(1);
  try {
    assert.deepEqual(await conditional.run(request), await written.run(request));
  } finally {
    await Promise.all([written.close(), conditional.close()]);
  }
});

test('all of each role’s time is accounted for', async () => {
  const plan = planOn(3, 8);
  const { trials } = await run(plan, [strategyOf('rwsem-steal')]);
  for (const { idleNs, seconds, spent } of trials) {
    assert.ok(spent !== undefined && idleNs !== undefined);
    for (const [index, { ns, waits }] of spent.entries()) {
      const sum =
        Object.values(ns).reduce((a, b) => a + b, 0) +
        waits.reduce((all, each) => all + each.spinning + each.asleep + each.waking, 0);
      assert.equal(sum, (plan.roles[index]?.threads ?? 0) * seconds * 1e9);
    }
    assert.ok(idleNs >= 0 && idleNs < 3 * seconds * 1e9);
  }
});

test('what is aborted ends at once, with the blocks that were finished', async () => {
  const abort = new AbortController();
  const plan = planOn(8, 8);
  const long = { ...plan, run: { ...plan.run, durationNs: 3600e9 } };
  setTimeout(() => {
    abort.abort();
  }, 200);
  const { trials, events } = await run(long, [strategyOf('rwsem-fifo')], 1, abort.signal);
  assert.deepEqual(trials, []);
  assert.deepEqual(events, ['block-started']);
});

/** A lock of a user's, from the body of its `lock`. */
function userLock(lock: string): { readonly plan: Plan; readonly strategy: Strategy } {
  const path = join(mkdtempSync(join(tmpdir(), 'mmlock-')), 'mine.mjs');
  writeFileSync(
    path,
    `export default {
  name: 'mine', kind: 'mutex', sleeps: true, fair: false, words: () => 16,
  create: (base) => ({
    *lock(cpu) { ${lock} },
    *unlock(cpu) { yield cpu.store(base, 0); yield cpu.wake(base, 1); },
  }),
};`,
  );
  const read = readUserLock(path);
  assert.ok(read.ok);
  return {
    plan: { ...planOn(4, 4), userLocks: { mine: read.lock } },
    strategy: { ...strategyOf('mutex'), name: 'mine', mmapLock: 'mine' },
  };
}

test('a lock that does not exclude is told from what it breaks', async () => {
  const { plan, strategy } = userLock('yield cpu.store(base, 1);');
  const { trials } = await run(plan, [strategy], 1);
  assert.match(trials[0]?.faults.join('; ') ?? '', /mine: /);
});

test('a lock that does not exclude is caught where its sections only compute', async () => {
  const { plan, strategy } = userLock('yield cpu.store(base, 1);');
  const sections = planOn(
    4,
    4,
    `roles:
  - { name: holder, threads: 100%, ops: [{ op: section, lock: mmap_lock, hold: 1us, write: 100% }] }
run: { duration: 200us, warmup: 50us, blocks: 1 }`,
  );
  const { trials } = await run({ ...sections, userLocks: plan.userLocks }, [strategy], 1);
  assert.match(trials[0]?.faults.join('; ') ?? '', /mine: /);
});

test('a lock that does not exclude ends the trial before the model is past walking', async () => {
  const { plan, strategy } = userLock('yield cpu.store(base, 1);');
  const churn = planOn(
    8,
    8,
    `space: { regions: [{ name: heap, kind: anon, vmas: 4, pages: 32 }] }
roles:
  - name: mapper
    threads: 100%
    ops: [{ op: mmap, pages: 8 }, { op: fault, region: mapped, pages: 8 }, { op: munmap, region: mapped }]
run: { duration: 2ms, warmup: 200us, blocks: 1 }`,
  );
  const { trials } = await run({ ...churn, userLocks: plan.userLocks }, [strategy], 1);
  assert.match(trials[0]?.faults[0] ?? '', /mmap_lock mine: two holders were inside at once/);
});

test('a lock that is never handed on is a deadlock, and who waits is named', async () => {
  const { plan, strategy } = userLock(
    'while ((yield cpu.swap(base, 1)) !== 0) yield cpu.park(base + 1, 0);',
  );
  const { trials } = await run(plan, [strategy], 1);
  assert.match(
    trials[0]?.faults.join('; ') ?? '',
    /deadlock: .*thread \d .*park\(word \d+ = 0\) for mmap_lock/,
  );
});

test('a lock that throws is named, with its file', async () => {
  const { plan, strategy } = userLock('yield cpu.load(base); throw new Error("no more");');
  await assert.rejects(run(plan, [strategy], 1), {
    kind: 'lock-threw',
    message: /the lock mine \(.*mine\.mjs\) threw Error: no more/,
  });
});
