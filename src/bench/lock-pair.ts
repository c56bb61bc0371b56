import type * as registry from '../locks/registry.js';
import type { LockDefinition } from '../locks/definition.js';
import type { Cpu } from '../machine/cpu.js';
import { direct, type Direct } from '../machine/steps.js';
import type { ThreadCpu } from '../engines/threads/thread-cpu.js';
import { bestNs } from './best.js';
import { directModule } from './direct-tree.js';
import { singleThread, type ThreadCpuModule } from './single-thread.js';

/** Ways to take a lock once and give it back. */
export type PairMode = 'exclusive' | 'read' | 'write';

/** One uncontended acquire-and-release pair. */
export interface PairCost {
  readonly ns: number;
  /** Atomic read-modify-writes of the pair; a sequentially consistent store is one. */
  readonly readModifyWrites: number;
  /** What one of them costs here, ns. */
  readonly readModifyWriteNs: number;
}

/** The modes that a lock of that kind has. */
export const modesOf = (definition: LockDefinition): readonly PairMode[] =>
  definition.kind === 'mutex' ? ['exclusive'] : ['read', 'write'];

/** Pairs in one turn, so few that it mostly fits between two interruptions, and turns of which the best counts. */
const times = 20_000;
const turns = 1000;

/** Measures one mode of one built-in lock. Call it in a process of its own: it must not share optimised code. */
export async function measurePair(name: string, mode: PairMode): Promise<PairCost> {
  const { builtInLocks } = (await directModule('locks/registry.js')) as typeof registry;
  const threads = (await directModule('engines/threads/thread-cpu.js')) as ThreadCpuModule;
  const definition = builtInLocks.get(name);
  if (definition === undefined) throw new Error(`no lock ${name}`);
  const { words, parts, built } = singleThread(0, (layout) => ({
    base: layout.allocate(definition.words(1)),
    scratch: layout.allocate(1),
  }));
  for (const [offset, value] of definition.initial?.(1) ?? []) words[built.base + offset] = value;
  const cpu = new threads.ThreadCpu(parts);
  const pair = pairOf(definition, mode, built.base);
  const ns = bestNs(turns, times, (count) => {
    for (let i = 0; i < count; i++) pair(cpu);
  });
  const readModifyWriteNs = bestNs(turns, times, (count) => {
    for (let i = 0; i < count; i++) cpu.add(built.scratch, 1);
  });
  return { ns, readModifyWriteNs, readModifyWrites: countReadModifyWrites(cpu, pair) };
}

function pairOf(
  definition: LockDefinition,
  mode: PairMode,
  base: number,
): (cpu: Direct<Cpu>) => void {
  const write = mode !== 'read';
  switch (definition.kind) {
    case 'mutex': {
      const lock = direct(definition.create(base, 1));
      return (cpu) => {
        lock.lock(cpu);
        lock.unlock(cpu);
      };
    }
    case 'rw': {
      const lock = direct(definition.create(base, 1));
      if (write) {
        return (cpu) => {
          lock.writeLock(cpu);
          lock.writeUnlock(cpu);
        };
      }
      return (cpu) => {
        lock.readLock(cpu);
        lock.readUnlock(cpu);
      };
    }
    case 'range': {
      const lock = direct(definition.create(base, 1));
      return (cpu) => {
        lock.release(cpu, lock.acquire(cpu, 0, 1, write ? 1 : 0));
      };
    }
    case 'sequence': {
      const count = direct(definition.create(base, 1));
      if (write) {
        return (cpu) => {
          count.writeBegin(cpu);
          count.writeEnd(cpu);
        };
      }
      return (cpu) => {
        count.readRetry(cpu, count.readBegin(cpu));
      };
    }
  }
}

/** Runs the pair once on a CPU that counts. Afterwards the pair's code is no longer what was measured. */
function countReadModifyWrites(cpu: ThreadCpu, pair: (cpu: Direct<Cpu>) => void): number {
  let count = 0;
  const counted = new Set(['store', 'swap', 'add', 'and', 'or', 'cas', 'acquire']);
  const counting = new Proxy(cpu, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      if (counted.has(String(property))) count++;
      return value.bind(target) as unknown;
    },
    set: (target, property, value) => Reflect.set(target, property, value, target),
  });
  pair(counting);
  return count;
}
