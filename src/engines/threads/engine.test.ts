import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readUserLock } from '../../locks/read-user-lock.js';
import type { Strategy } from '../../strategies/strategy.js';
import type { Plan } from '../../workload/plan.js';
import { EngineFailure, type EngineEvent } from '../engine.js';
import { lackedCpu, type Trial } from '../trial.js';
import { ThreadsEngine } from './engine.js';
import { planOf, strategyOf } from './stress.test-support.js';

const sections = `roles:
  - name: holder
    threads: 100%
    ops:
      - { op: section, lock: mmap_lock, write: 100%, hold: 1us }
run: { duration: 100ms, warmup: 50ms, blocks: 2 }`;

/** A plan and a strategy that use a lock file of this text as `mmap_lock`. */
function withLock(text: string): { readonly plan: Plan; readonly strategy: Strategy } {
  const path = join(mkdtempSync(join(tmpdir(), 'mmlock-')), 'mine.mjs');
  writeFileSync(path, text);
  const read = readUserLock(path);
  assert.ok(read.ok);
  return {
    plan: { ...planOf(sections, 2), userLocks: { mine: read.lock } },
    strategy: { ...strategyOf('mutex'), name: 'mine', mmapLock: 'mine' },
  };
}

const lockText = (lock: string, unlock = ''): string => `
class Mine {
  constructor(base) { this.base = base; }
  *lock(cpu) { ${lock} }
  *unlock(cpu) { ${unlock} }
}
export default {
  name: 'mine', kind: 'mutex', sleeps: true, fair: false,
  words: () => 16,
  create: (base) => new Mine(base),
};
`;

async function run(
  plan: Plan,
  strategies: readonly Strategy[],
  options: {
    readonly blocks?: number;
    readonly watchdogNs?: number;
    readonly signal?: AbortSignal;
    readonly heard?: (event: EngineEvent) => void;
  } = {},
): Promise<{ readonly trials: Trial[]; readonly events: string[]; readonly failure: unknown }> {
  const trials: Trial[] = [];
  const events: string[] = [];
  const engine = new ThreadsEngine({ cores: 2, watchdogNs: options.watchdogNs ?? 10e9 });
  const orders = Array.from({ length: options.blocks ?? 1 }, (_, block) =>
    strategies.map((__, index) => (index + block) % strategies.length),
  );
  let failure: unknown;
  await engine
    .run(
      plan,
      strategies,
      orders,
      (event) => {
        events.push(event.type);
        if (event.type === 'trial-finished') trials.push(event.trial);
        options.heard?.(event);
      },
      options.signal ?? new AbortController().signal,
    )
    .catch((error: unknown) => {
      failure = error;
    });
  return { trials, events, failure };
}

describe('ThreadsEngine', { concurrency: false }, () => {
  test('runs every strategy once in each block, in the order given, and counts what was done', async () => {
    const plan = planOf(sections, 2);
    const strategies = ['mutex', 'qrwlock'].map((name) => strategyOf(name));
    const { events, failure, trials } = await run(plan, strategies, { blocks: 2 });
    assert.equal(failure, undefined);
    assert.deepEqual(
      trials.map(({ strategy, block, position }) => [strategy, block, position]),
      [
        ['mutex', 1, 0],
        ['qrwlock', 1, 1],
        ['qrwlock', 2, 0],
        ['mutex', 2, 1],
      ],
    );
    assert.equal(events[0], 'calibrated');
    assert.equal(events.at(-1) === 'block-finished' || events.at(-1) === 'note', true);
    for (const trial of trials) {
      assert.deepEqual(trial.faults, []);
      // A timer may fire a little early, and late on a busy machine.
      assert.ok(trial.seconds > 0.09, `${trial.seconds} s`);
      assert.equal(trial.slices.length, 2);
      const [row] = trial.rows;
      assert.ok(row);
      assert.equal(row.counts.length, 2);
      const count = row.counts.reduce((sum, of) => sum + of, 0);
      assert.ok(count > 0 || lackedCpu(trial), 'nothing was done');
      const timed = row.latency.counts.reduce((sum, of) => sum + of, 0);
      assert.ok(row.gap === 1 ? timed === count : timed < count, `${timed} of ${count} timed`);
      // Between the window's edges a few acquisitions belong to no counted operation.
      const acquired = trial.counters.mmap_lock?.acquisitions ?? 0;
      assert.ok(Math.abs(acquired - count) <= 8, `${acquired} acquisitions for ${count}`);
    }
  });

  test('a window in which nothing is finished is a fault, unless threads were given no CPU', async () => {
    const plan = planOf(sections.replace('1us', '300ms'), 2);
    const { failure, trials } = await run(plan, [strategyOf('mutex')]);
    assert.equal(failure, undefined);
    const [trial] = trials;
    assert.ok(trial);
    assert.ok(trial.queuedShare !== undefined && trial.queuedShare >= 0 && trial.queuedShare <= 1);
    assert.ok(trial.rows.every(({ counts }) => counts.every((count) => count === 0)));
    const found = trial.faults.join('\n');
    if (trial.queuedShare > 0.5) assert.equal(found, '');
    else assert.match(found, /no thread finished an operation in the window/);
  });

  test('a lock that does not exclude breaks an invariant, which the trial names', async () => {
    const { plan, strategy } = withLock(lockText('yield cpu.load(this.base);'));
    const { failure, trials } = await run(plan, [strategy]);
    assert.equal(failure, undefined);
    const faults = (trials[0]?.faults ?? []).join('\n');
    assert.match(faults, /mmap_lock mine: two holders were inside at once/);
  });

  test('it is named as well where plain code falls over for it, in faults and mappings', async () => {
    const { plan, strategy } = withLock(lockText('yield cpu.load(this.base);'));
    const mixed = planOf(
      `space:
  regions:
    - { name: heap, kind: anon, vmas: 8, pages: 64 }
roles:
  - name: mixer
    threads: 100%
    ops:
      - { op: mmap, pages: 4 }
      - { op: fault, region: mapped, pages: 4 }
      - { op: munmap }
run: { duration: 100ms, warmup: 50ms, blocks: 2 }`,
      2,
    );
    const { failure, trials } = await run({ ...mixed, userLocks: plan.userLocks }, [strategy], {
      watchdogNs: 1e9,
    });
    const told = [
      failure instanceof Error ? failure.message : '',
      ...trials.flatMap(({ faults }) => faults),
    ].join('\n');
    assert.match(told, /mmap_lock mine: two holders were inside at once/);
    assert.ok(
      failure === undefined || (failure instanceof EngineFailure && failure.kind === 'watchdog'),
    );
  });

  test('a lock that throws ends the run, with its name, the strategy and the block', async () => {
    const { plan, strategy } = withLock(
      lockText(`
        const before = yield cpu.add(this.base, 1);
        if (before === 1000) throw new Error('out of tickets');
      `),
    );
    const { failure } = await run(
      {
        ...plan,
        threads: 1,
        roles: plan.roles.map((role) => ({ ...role, threads: 1 })),
        actors: plan.actors.slice(0, 1),
      },
      [strategy],
    );
    assert.ok(failure instanceof EngineFailure);
    assert.equal(failure.kind, 'lock-threw');
    assert.match(
      failure.message,
      /strategy mine, (?:the pilot|block \d+), thread 0 \(holder\).*out of tickets/s,
    );
    assert.match(failure.message, /mine\.mjs/);
  });

  test('a worker that ends in the middle, and a process that is killed, end the run and are named', async () => {
    const leave = withLock(
      lockText('if ((yield cpu.add(this.base, 1)) === 1000) globalThis.process.exit(3);'),
    );
    const left = (await run(leave.plan, [leave.strategy])).failure;
    assert.ok(left instanceof EngineFailure);
    assert.equal(left.kind, 'worker-died');
    assert.match(left.message, /strategy mine, (?:the pilot|block \d+), thread [01] \(holder\)/);
    assert.match(left.message, /exit code 3/);

    const die = withLock(
      lockText(
        "if ((yield cpu.add(this.base, 1)) === 1000) globalThis.process.kill(globalThis.process.pid, 'SIGKILL');",
      ),
    );
    const died = (await run(die.plan, [die.strategy])).failure;
    assert.ok(died instanceof EngineFailure);
    assert.equal(died.kind, 'killed');
    assert.match(died.message, /SIGKILL/);
  });

  test('a lock that is never handed on is found by the watchdog, which says who waits for what', async () => {
    const { plan, strategy } = withLock(lockText('yield cpu.acquire(this.base, 0, 1);'));
    const { failure } = await run(plan, [strategyOf('mutex'), strategy], { watchdogNs: 0.5e9 });
    assert.ok(failure instanceof EngineFailure);
    assert.equal(failure.kind, 'watchdog');
    assert.match(
      failure.message,
      /strategy mine, (?:the pilot|block \d+): stuck: no thread has finished anything/,
    );
    assert.match(failure.message, /thread [01] \(holder\) in section/);
  });

  test('an abort gives up the trial in progress and ends its process; what was finished stays', async () => {
    const controller = new AbortController();
    const plan = planOf(sections, 2);
    const { events, failure, trials } = await run(plan, [strategyOf('mutex')], {
      blocks: 50,
      signal: controller.signal,
      heard: (event) => {
        if (event.type === 'trial-finished') controller.abort();
      },
    });
    assert.equal(failure, undefined);
    assert.equal(trials.length, 1);
    assert.equal(events.filter((type) => type === 'block-started').length, 1);
  });
});
