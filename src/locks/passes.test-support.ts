import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import type { LockDefinition, RangeLock } from './definition.js';
import { lockBase, machineFor, readWriteLock } from './lock-check.test-support.js';
import { conflicting, randomRange, type Range } from './range-check.test-support.js';

/** What a thread wants of a lock, and since when. */
interface Acquisition extends Range {
  readonly begunAt: number;
  /** How often each thread has passed it, by id. */
  readonly passes: number[];
}

/** A lock that has to do with waiting, as one of ranges: those that are not take all for themselves. */
function asRangeLock(definition: LockDefinition, threads: number): RangeLock {
  if (definition.kind === 'range') return definition.create(lockBase, threads);
  if (definition.kind === 'sequence') throw new Error(`${definition.name} makes nobody wait`);
  const lock = readWriteLock(definition, threads);
  return {
    *acquire(cpu: Cpu, _start: number, _end: number, write: number): Steps<number> {
      yield write === 0 ? lock.readLock(cpu) : lock.writeLock(cpu);
      return 1 + write;
    },
    *release(cpu: Cpu, handle: number): Steps {
      yield handle === 1 ? lock.readUnlock(cpu) : lock.writeUnlock(cpu);
    },
  };
}

function wish(definition: LockDefinition, cpu: Cpu): Range {
  const range = randomRange(cpu);
  if (definition.kind === 'range') return range;
  return { start: 0, end: 1, write: definition.kind === 'mutex' ? 1 : range.write };
}

/**
 * How often at most one thread passed the same waiter, in many interleavings of four threads. A thread passes
 * one that had begun to wait when it came, if it gets the lock first though the two exclude each other: a
 * reader that has been let in and still sleeps is not passed by the readers who share the lock with it.
 */
export function mostPasses(definition: LockDefinition, seeds: number): number {
  const threads = 4;
  let most = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const machine = machineFor({
      definition,
      threads,
      seed,
      deviations: seed % 2 === 0 ? { earlyReturn: 0.2, spuriousWake: 0.2 } : {},
    });
    const lock = asRangeLock(definition, threads);
    const acquiring = new Map<number, Acquisition>();
    const entered = (id: number, mine: Acquisition): void => {
      acquiring.delete(id);
      for (const [waiter, theirs] of acquiring) {
        const waitsSince = machine.cpus[waiter]?.task.blockedAt ?? 0;
        if (waitsSince === 0 || waitsSince >= mine.begunAt || !conflicting(mine, theirs)) continue;
        const passes = (theirs.passes[id] ?? 0) + 1;
        theirs.passes[id] = passes;
        most = Math.max(most, passes);
      }
    };
    const program = function* (cpu: Cpu): Steps {
      for (let round = 0; round < 8; round++) {
        cpu.task.blockedAt = 0;
        const mine = { ...wish(definition, cpu), begunAt: machine.now, passes: [] };
        acquiring.set(cpu.id, mine);
        const handle = yield lock.acquire(cpu, mine.start, mine.end, mine.write);
        entered(cpu.id, mine);
        for (let step = cpu.random.below(3); step > 0; step--) yield cpu.pause();
        yield lock.release(cpu, handle);
      }
    };
    machine.run(machine.cpus.map(() => program));
  }
  return most;
}
