import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { LockTable } from '../../locks/registry.js';
import { builtInLocks } from '../../locks/registry.js';
import { Layout, pageWords } from '../../machine/layout.js';
import { direct } from '../../machine/steps.js';
import { RunLayout } from '../../workload/run-layout.js';
import { Clock } from './clock.js';
import { ControlLayout } from './control.js';
import { ThreadCpu } from './thread-cpu.js';

/** The locks that no strategy takes: those that `stress` cannot reach. */
const locks = [...builtInLocks.values()].filter(
  ({ kind }) => kind === 'range' || kind === 'sequence',
);

/** Pages that range locks are taken over; each has a counter that only a writer of it may change. */
const pages = 16;

interface Setup {
  readonly buffer: SharedArrayBuffer;
  readonly originNs: bigint;
  readonly name: string;
  readonly id: number;
  readonly threads: number;
  readonly rounds: number;
}

const wordsOf = (name: string, threads: number): number =>
  builtInLocks.get(name)?.words(threads) ?? 0;

/** Every thread lays out the same. */
function assemble({ buffer, id, name, originNs, threads }: Setup) {
  const layout = new Layout();
  const run = new RunLayout(layout, threads);
  const control = new ControlLayout(layout, threads);
  const barrier = layout.allocate(1);
  const guard = layout.allocate(1);
  const data = layout.allocate(pages);
  const base = layout.allocate(wordsOf(name, threads));
  const words = new Int32Array(buffer);
  const cpu = new ThreadCpu({
    words,
    control,
    run,
    clock: new Clock(originNs),
    id,
    threads,
    cores: 2,
    framesWord: Math.ceil(layout.words / pageWords) * pageWords,
    sleepOvershootNs: 0,
    seed: id + 1,
  });
  return { cpu, words, barrier, guard, data, base };
}

/** One thread's part; gives what it found wrong, and how many updates of counters it made. */
async function work(setup: Setup): Promise<{ readonly wrong: number; readonly updates: number }> {
  const { name, rounds, threads } = setup;
  const parts = assemble(setup);
  const { barrier, base, cpu } = parts;
  const { builtInLocks: table } = (await import(
    new URL('../../direct/locks/registry.js', import.meta.url).href
  )) as { builtInLocks: LockTable };
  const definition = table.get(name);
  const done = { wrong: 0, updates: 0 };
  cpu.add(barrier, 1);
  for (let seen = cpu.load(barrier); seen < threads;) seen = cpu.awaitChange(barrier, seen);
  if (definition?.kind === 'range') {
    const lock = direct(definition.create(base, threads));
    for (let round = 0; round < rounds; round++) {
      const whole = cpu.random.below(16) === 0;
      const start = whole ? 0 : cpu.random.below(pages - 2);
      const end = whole ? pages : start + 1 + cpu.random.below(3);
      const write = cpu.random.below(3) === 0 ? 1 : 0;
      const handle = lock.acquire(cpu, start, end, write);
      for (let page = start; page < end; page++) {
        const seen = cpu.get(parts.data + page);
        if (write !== 0) cpu.set(parts.data + page, seen + 1);
        else if (cpu.get(parts.data + page) !== seen) done.wrong++;
      }
      if (write !== 0) done.updates += end - start;
      lock.release(cpu, handle);
    }
  } else if (definition?.kind === 'sequence') {
    const count = direct(definition.create(base, threads));
    for (let round = 0; round < rounds; round++) {
      if (cpu.random.below(8) === 0) {
        cpu.acquire(parts.guard, 0, cpu.id + 1);
        count.writeBegin(cpu);
        for (let page = 0; page < pages; page++)
          cpu.store(parts.data + page, cpu.get(parts.data + page) + 1);
        count.writeEnd(cpu);
        cpu.store(parts.guard, 0);
        done.updates += pages;
        continue;
      }
      let first: number;
      let last: number;
      let sequence: number;
      do {
        sequence = count.readBegin(cpu);
        first = cpu.load(parts.data);
        last = cpu.load(parts.data + pages - 1);
      } while (count.readRetry(cpu, sequence) !== 0);
      if (first !== last) done.wrong++;
    }
  }
  cpu.end();
  return done;
}

/** Runs threads over one lock, and asserts that no read was torn and no update lost. */
async function race(name: string, threads: number, rounds: number): Promise<void> {
  const buffer = new SharedArrayBuffer(4 * (2 * pageWords + 32 * 1024));
  const originNs = Clock.origin();
  const setups = Array.from({ length: threads }, (_, id): Setup => {
    return { buffer, originNs, name, id, threads, rounds };
  });
  const { base, data, words } = assemble({ ...setups[0], id: 0 } as Setup);
  for (const [offset, value] of builtInLocks.get(name)?.initial?.(threads) ?? []) {
    words[base + offset] = value;
  }
  const results = await Promise.all(
    setups.map(
      (setup) =>
        new Promise<{ wrong: number; updates: number }>((resolve, reject) => {
          const worker = new Worker(new URL(import.meta.url), { workerData: setup });
          worker.on('error', reject);
          worker.on('message', resolve);
        }),
    ),
  );
  assert.equal(
    results.reduce((sum, { wrong }) => sum + wrong, 0),
    0,
    'torn reads',
  );
  assert.equal(
    words.subarray(data, data + pages).reduce((sum, count) => sum + count, 0),
    results.reduce((sum, { updates }) => sum + updates, 0),
    'updates',
  );
  for (const [offset, value] of builtInLocks.get(name)?.idle?.(threads) ?? []) {
    assert.equal(words[base + offset], value, `idle word ${offset}`);
  }
}

if (isMainThread) {
  describe('locks of ranges and sequences on real threads', { concurrency: false }, () => {
    for (const { name } of locks) {
      test(`${name}: 2 threads, a million sections, no update lost and no read torn`, async () => {
        await race(name, 2, 500_000);
      });

      test(`${name}: 4 threads on 2 cores, 20,000 sections`, async () => {
        await race(name, 4, 5_000);
      });
    }
  });
} else {
  parentPort?.postMessage(await work(workerData as Setup));
}
