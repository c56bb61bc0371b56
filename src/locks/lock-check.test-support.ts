import assert from 'node:assert/strict';
import type { Cpu } from '../machine/cpu.js';
import type { Deviations, InterleavedCpu, Operation } from '../machine/interleaved-cpu.js';
import { Interleaver } from '../machine/interleaver.js';
import { alignWords, structureWords } from '../machine/layout.js';
import type { Counters } from '../machine/counters.js';
import type { Steps } from '../machine/steps.js';
import type { LockDefinition, ReadWriteLock, SimpleLockDefinition } from './definition.js';
import { MutexAdapter } from './mutex-adapter.js';

/** First word of the lock under test, and a word that nobody waits for. */
export const lockBase = structureWords;

/** Chances, 0 to 1, of what a round does; the rest reads. */
export interface Mix {
  readonly write: number;
  readonly downgrade: number;
  readonly tryRead: number;
  readonly tryWrite: number;
  /** The holder leaves its CPU inside the section. */
  readonly sleep: number;
}

export const mixes: readonly Mix[] = [
  { write: 0.5, downgrade: 0.1, tryRead: 0.1, tryWrite: 0.1, sleep: 0.2 },
  { write: 1, downgrade: 0, tryRead: 0, tryWrite: 0, sleep: 0.1 },
  { write: 0.2, downgrade: 0.1, tryRead: 0, tryWrite: 0, sleep: 0 },
  { write: 0.3, downgrade: 0.3, tryRead: 0.2, tryWrite: 0.2, sleep: 0.5 },
];

export const allDeviations: Deviations = {
  spuriousWake: 0.2,
  earlyReturn: 0.2,
  reschedule: 0.1,
  ownerLost: 0.1,
};

export interface LockRun {
  readonly definition: SimpleLockDefinition;
  readonly threads: number;
  readonly rounds: number;
  readonly seed: number;
  readonly mix: Mix;
  /** Sockets that the CPUs are dealt to in turn. Default 1. */
  readonly nodes?: number;
  readonly deviations?: Partial<Deviations>;
  /** Called after each step. */
  readonly onStep?: (cpu: InterleavedCpu, operation: Operation, value: number) => void;
  /** Called when a thread is inside; `write` is how. */
  readonly onEnter?: (cpu: Cpu, write: boolean) => void;
}

export interface LockOutcome {
  readonly machine: Interleaver;
  /** Threads' counters added up. */
  readonly counters: Counters;
  readonly reads: number;
  readonly writes: number;
}

/** The lock of a definition, as a reader/writer lock in either case. */
export const readWriteLock = (definition: SimpleLockDefinition, threads: number): ReadWriteLock =>
  definition.kind === 'mutex'
    ? new MutexAdapter(definition.create(lockBase, threads))
    : definition.create(lockBase, threads);

/** A machine with room for the lock, its words set as at the start. */
export function machineFor(
  run: Omit<LockRun, 'definition' | 'rounds' | 'mix' | 'onEnter'> & {
    readonly definition: LockDefinition;
  },
): Interleaver {
  const { definition, threads, seed, nodes, deviations, onStep } = run;
  const machine = new Interleaver({
    threads,
    words: lockBase + alignWords(definition.words(threads)),
    seed,
    ...(nodes === undefined ? {} : { nodes }),
    ...(deviations === undefined ? {} : { deviations }),
    ...(onStep === undefined ? {} : { onStep }),
  });
  for (const [offset, value] of definition.initial?.(threads) ?? []) {
    machine.memory.set(lockBase + offset, value);
  }
  return machine;
}

/**
 * Runs threads that lock and unlock in a random interleaving, and asserts that no two were inside that may
 * not be, that all came to an end, and that the lock is free and its words idle afterwards.
 */
export function checkLock(run: LockRun): LockOutcome {
  const { definition, threads, rounds, mix } = run;
  const machine = machineFor(run);
  const lock = Object.freeze(readWriteLock(definition, threads));
  const section = new Section(definition, run);
  machine.run(
    Array.from({ length: threads }, () => (cpu: Cpu) => user(cpu, lock, section, rounds, mix)),
  );
  assert.equal(section.readers + section.writers, 0);
  for (const [offset, value] of definition.idle?.(threads) ?? []) {
    assert.equal(
      machine.memory.get(lockBase + offset),
      value,
      `idle word ${offset} (seed ${run.seed})`,
    );
  }
  for (const [word, parked] of machine.parked) assert.equal(parked.length, 0, `parked on ${word}`);
  const counters = machine.cpus[0]?.count;
  assert.ok(counters);
  for (const { count } of machine.cpus.slice(1)) {
    for (const key of Object.keys(counters) as (keyof Counters)[]) counters[key] += count[key];
  }
  return { machine, counters, reads: section.reads, writes: section.written };
}

/**
 * Many interleavings of one lock: threads, mixes and deviations take turns. Gives how often the lock was
 * taken in all.
 */
export function explore(definition: SimpleLockDefinition, seeds: number, nodes = 1): number {
  let entered = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const outcome = checkLock({
      definition,
      threads: 2 + (seed % 3),
      rounds: 6,
      seed,
      nodes,
      mix: mixes[(seed >> 2) % mixes.length] as Mix,
      deviations: seed % 2 === 0 ? allDeviations : {},
    });
    entered += outcome.reads + outcome.writes;
  }
  return entered;
}

/** Who is inside, kept outside the machine's memory, so the lock cannot disturb it. */
class Section {
  readers = 0;
  writers = 0;
  reads = 0;
  written = 0;
  readonly #exclusiveReaders: boolean;
  readonly #run: LockRun;

  constructor(definition: SimpleLockDefinition, run: LockRun) {
    this.#exclusiveReaders = definition.kind === 'mutex';
    this.#run = run;
  }

  enter(cpu: Cpu, write: boolean): void {
    if (write) {
      this.writers++;
      this.written++;
    } else {
      this.readers++;
      this.reads++;
    }
    const others = this.#exclusiveReaders ? this.writers + this.readers > 1 : this.writers > 1;
    assert.ok(
      !others && (this.writers === 0 || this.readers === 0),
      `${this.writers} writers and ${this.readers} readers inside (seed ${this.#run.seed})`,
    );
    this.#run.onEnter?.(cpu, write);
  }

  leave(write: boolean): void {
    if (write) this.writers--;
    else this.readers--;
  }
}

function* user(cpu: Cpu, lock: ReadWriteLock, section: Section, rounds: number, mix: Mix): Steps {
  for (let round = 0; round < rounds; round++) {
    const chance = cpu.random.next();
    const downgrades = mix.write + mix.downgrade;
    if (chance < mix.write) {
      yield lock.writeLock(cpu);
      section.enter(cpu, true);
      yield inside(cpu, mix);
      section.leave(true);
      yield lock.writeUnlock(cpu);
    } else if (chance < downgrades && lock.downgrade !== undefined) {
      yield lock.writeLock(cpu);
      section.enter(cpu, true);
      yield inside(cpu, mix);
      // From the first step of the downgrade on, readers may be let in.
      section.leave(true);
      section.readers++;
      yield lock.downgrade(cpu);
      assert.equal(section.writers, 0, 'a writer came in during a downgrade');
      yield inside(cpu, mix);
      section.leave(false);
      yield lock.readUnlock(cpu);
    } else if (chance < downgrades + mix.tryRead && lock.tryReadLock !== undefined) {
      if ((yield lock.tryReadLock(cpu)) !== 0) {
        section.enter(cpu, false);
        yield inside(cpu, mix);
        section.leave(false);
        yield lock.readUnlock(cpu);
      }
    } else if (
      chance < downgrades + mix.tryRead + mix.tryWrite &&
      lock.tryWriteLock !== undefined
    ) {
      if ((yield lock.tryWriteLock(cpu)) !== 0) {
        section.enter(cpu, true);
        yield inside(cpu, mix);
        section.leave(true);
        yield lock.writeUnlock(cpu);
      }
    } else {
      yield lock.readLock(cpu);
      section.enter(cpu, false);
      yield inside(cpu, mix);
      section.leave(false);
      yield lock.readUnlock(cpu);
    }
    if (cpu.random.below(2) === 0) yield cpu.work(50);
  }
}

/** A few steps inside, so that others can run; sometimes off the CPU. */
function* inside(cpu: Cpu, mix: Mix): Steps {
  if (cpu.random.next() < mix.sleep) yield cpu.sleep(500);
  for (let step = cpu.random.below(4); step > 0; step--) yield cpu.pause();
}

/** One thread that comes at a time, takes the lock once and holds it for a while; ns. */
export interface Visit {
  readonly at: number;
  readonly mode: 'read' | 'write';
  readonly hold: number;
  /** It is on its CPU meanwhile, so that others spin for it. Default: it sleeps. */
  readonly runs?: boolean;
  /** How long it sleeps after that, still inside. Default 0. */
  readonly thenSleeps?: number;
}

/** What became of visits: who came in, in that order (`1w`: thread 1, writing), and what each thread counted. */
export interface Visited {
  readonly order: readonly string[];
  readonly machine: Interleaver;
  readonly counts: readonly Counters[];
}

/** Lets thread i make the i-th visit, in a random interleaving. */
export function visit(
  definition: SimpleLockDefinition,
  visits: readonly Visit[],
  options: Partial<Omit<LockRun, 'definition' | 'threads'>> = {},
): Visited {
  const threads = visits.length;
  const machine = machineFor({ seed: 1, ...options, definition, threads });
  const lock = readWriteLock(definition, threads);
  const order: string[] = [];
  machine.run(
    visits.map(
      ({ at, hold, mode, runs, thenSleeps }, id) =>
        function* (cpu: Cpu): Steps {
          yield cpu.sleep(at);
          yield mode === 'write' ? lock.writeLock(cpu) : lock.readLock(cpu);
          order.push(`${id}${mode === 'write' ? 'w' : 'r'}`);
          yield runs === true ? cpu.work(hold) : cpu.sleep(hold);
          if (thenSleeps !== undefined) yield cpu.sleep(thenSleeps);
          yield mode === 'write' ? lock.writeUnlock(cpu) : lock.readUnlock(cpu);
        },
    ),
  );
  return { order, machine, counts: machine.cpus.map(({ count }) => count) };
}
