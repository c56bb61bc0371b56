import assert from 'node:assert/strict';
import type { Counters } from '../machine/counters.js';
import type { Cpu } from '../machine/cpu.js';
import type { Deviations, InterleavedCpu, Operation } from '../machine/interleaved-cpu.js';
import type { Interleaver } from '../machine/interleaver.js';
import type { Steps } from '../machine/steps.js';
import type { RangeDefinition, RangeLock } from './definition.js';
import { lockBase, machineFor } from './lock-check.test-support.js';
import { builtInLocks } from './registry.js';

export const rangeDefinitions: readonly RangeDefinition[] = [...builtInLocks.values()].filter(
  (definition) => definition.kind === 'range',
);

export interface Range {
  readonly start: number;
  readonly end: number;
  readonly write: number;
}

export const conflicting = (a: Range, b: Range): boolean =>
  a.start < b.end && b.start < a.end && (a.write !== 0 || b.write !== 0);

export interface RangeRun {
  readonly definition: RangeDefinition;
  readonly threads: number;
  readonly seed: number;
  readonly deviations?: Partial<Deviations>;
  readonly onStep?: (cpu: InterleavedCpu, operation: Operation, value: number) => void;
}

export interface RangeOutcome {
  readonly machine: Interleaver;
  readonly counters: readonly Counters[];
  readonly acquired: number;
  /** Times that two were inside at once, as they may where they do not conflict. */
  readonly shared: number;
}

/**
 * Runs threads that lock and release ranges of 16 pages, all of them now and then, in a random interleaving,
 * and asserts that no two were inside whose ranges conflict, and that the lock's words are idle afterwards.
 */
export function checkRanges(run: RangeRun & { readonly rounds: number }): RangeOutcome {
  const { definition, rounds, seed, threads } = run;
  const machine = machineFor(run);
  const lock: RangeLock = Object.freeze(definition.create(lockBase, threads));
  const inside = new Map<number, Range>();
  let acquired = 0;
  let shared = 0;
  function* user(cpu: Cpu): Steps {
    for (let round = 0; round < rounds; round++) {
      const range = randomRange(cpu);
      const { end, start, write } = range;
      const tries = lock.tryAcquire !== undefined && cpu.random.below(5) === 0;
      const handle =
        lock.tryAcquire !== undefined && tries
          ? yield lock.tryAcquire(cpu, start, end, write)
          : yield lock.acquire(cpu, start, end, write);
      if (handle === 0) {
        assert.ok(tries, 'a handle is not 0');
        continue;
      }
      acquired++;
      for (const [other, held] of inside) {
        assert.ok(
          !conflicting(range, held),
          `${JSON.stringify(range)} of cpu ${cpu.id} and ${JSON.stringify(held)} of cpu ${other} (seed ${seed})`,
        );
        shared++;
      }
      inside.set(cpu.id, range);
      if (cpu.random.below(4) === 0) yield cpu.sleep(500);
      for (let step = cpu.random.below(6); step > 0; step--) yield cpu.pause();
      inside.delete(cpu.id);
      yield lock.release(cpu, handle);
    }
  }
  machine.run(Array.from({ length: threads }, () => user));
  for (const [offset, value] of definition.idle?.(threads) ?? []) {
    assert.equal(
      machine.memory.get(lockBase + offset),
      value,
      `idle word ${offset} (seed ${seed})`,
    );
  }
  for (const [word, parked] of machine.parked) assert.equal(parked.length, 0, `parked on ${word}`);
  return { machine, counters: machine.cpus.map(({ count }) => count), acquired, shared };
}

/** One thread that comes at a time, ns, and holds a range for a while, off its CPU. */
export interface RangeVisit extends Range {
  readonly at: number;
  readonly hold: number;
}

/** Lets thread i make the i-th visit; gives the threads in the order in which they came in. */
export function visitRanges(
  run: Omit<RangeRun, 'threads'>,
  visits: readonly RangeVisit[],
): { readonly order: readonly number[]; readonly machine: Interleaver } {
  const threads = visits.length;
  const machine = machineFor({ ...run, threads });
  const lock = run.definition.create(lockBase, threads);
  const order: number[] = [];
  machine.run(
    visits.map(
      ({ at, end, hold, start, write }, id) =>
        function* (cpu: Cpu): Steps {
          yield cpu.sleep(at);
          const handle = yield lock.acquire(cpu, start, end, write);
          order.push(id);
          yield cpu.sleep(hold);
          yield lock.release(cpu, handle);
        },
    ),
  );
  return { order, machine };
}

/** A few pages of 16, or all there can be. */
export function randomRange(cpu: Cpu): Range {
  const write = cpu.random.below(2);
  if (cpu.random.below(6) === 0) return { start: 0, end: 0x7fff_ffff, write };
  const start = cpu.random.below(16);
  return { start, end: start + 1 + cpu.random.below(5), write };
}
