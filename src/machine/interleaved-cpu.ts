import { Counters } from './counters.js';
import { parkResult, type Cpu } from './cpu.js';
import { notYielded, Operation, type Deviations } from './interleaved-operation.js';
import { pageWords } from './layout.js';
import type { ArrayMemory } from './memory.js';
import type { Random } from './random.js';
import type { Step } from './steps.js';
import { Task } from './task.js';

export { Operation, type Deviations } from './interleaved-operation.js';

/** What the CPUs of one `Interleaver` share. */
export interface Shared {
  readonly memory: ArrayMemory;
  /** Contents of the frames, `pageWords` each. */
  readonly contents: Int32Array;
  readonly cpus: readonly InterleavedCpu[];
  readonly deviations: Deviations;
  readonly random: Random;
  /** Parked CPUs, by word, first come first. */
  readonly parked: Map<number, InterleavedCpu[]>;
  /** Virtual time, ns. */
  now: number;
}

/** One CPU of an `Interleaver`. Its methods only describe steps; the scheduler executes them. */
export class InterleavedCpu implements Cpu {
  readonly id: number;
  readonly node: number;
  count = new Counters();
  readonly task = new Task();
  readonly random: Random;
  readonly memory: ArrayMemory;
  /** What `needsReschedule` answers on this CPU; a test sets it. */
  reschedule = false;
  /** What `isPreempted` answers about this CPU, which then is not running either; a test sets it. */
  preempted = false;
  /** Set by the scheduler: this thread has ended. */
  ended = false;
  /** What it waits in; undefined while it can go on. Set by the scheduler. */
  waiting: Operation | undefined;
  /** The last step that was made and not yet yielded. */
  #made: Operation | undefined;
  #woken = false;
  readonly #shared: Shared;

  constructor(shared: Shared, id: number, node: number, random: Random) {
    this.#shared = shared;
    this.id = id;
    this.node = node;
    this.random = random;
    this.memory = shared.memory;
  }

  /** Tells that `operation` was yielded, so another may be made. */
  yielded(operation: Operation): void {
    if (this.#made === operation) this.#made = undefined;
  }

  /** The step that was made and never yielded, if there is one. */
  get forgotten(): Operation | undefined {
    return this.#made;
  }

  get isOnCpu(): boolean {
    return !this.ended && !this.preempted && this.waiting?.offCpu !== true;
  }

  load(word: number): Step {
    return this.#change('load', word, (old) => old);
  }

  store(word: number, value: number): Step {
    return this.#change('store', word, () => value);
  }

  swap(word: number, value: number): Step {
    return this.#change('swap', word, () => value);
  }

  add(word: number, value: number): Step {
    return this.#change('add', word, (old) => old + value);
  }

  and(word: number, value: number): Step {
    return this.#change('and', word, (old) => old & value);
  }

  or(word: number, value: number): Step {
    return this.#change('or', word, (old) => old | value);
  }

  cas(word: number, expected: number, value: number): Step {
    return this.#change('cas', word, (old) => (old === expected ? value : old));
  }

  get(word: number): Step {
    return this.#change('get', word, (old) => old);
  }

  set(word: number, value: number): Step {
    return this.#change('set', word, () => value);
  }

  pause(): Step {
    return this.#give('pause', () => 0);
  }

  awaitChange(word: number, seen: number, timeoutNs = Infinity): Step {
    return this.#spin('awaitChange', word, () => this.memory.get(word) !== seen, timeoutNs);
  }

  awaitOwner(word: number, seen: number, owner: number): Step {
    return this.#spin(
      'awaitOwner',
      word,
      () => this.memory.get(word) !== seen || this.reschedule || !this.#cpu(owner).isOnCpu,
    );
  }

  acquire(word: number, free: number, taken: number): Step {
    const take = (): number => {
      this.memory.set(word, taken);
      return free;
    };
    const operation = this.#make('acquire', word, () => {
      if (operation.ready()) return take();
      this.#block();
      return undefined;
    });
    operation.ready = () => this.memory.get(word) === free;
    operation.finish = take;
    return asStep(operation);
  }

  park(word: number, seen: number, timeoutNs = Infinity): Step {
    const shared = this.#shared;
    let spurious = false;
    const operation = this.#make('park', word, () => {
      this.#mustBeAllowedToSleep('park');
      if (this.memory.get(word) !== seen) return parkResult.differed;
      this.#block();
      this.#woken = false;
      spurious = shared.random.next() < shared.deviations.spuriousWake;
      operation.deadline = shared.now + timeoutNs;
      const queue = shared.parked.get(word);
      if (queue === undefined) shared.parked.set(word, [this]);
      else queue.push(this);
      return undefined;
    });
    operation.offCpu = true;
    operation.ready = () => this.#woken || spurious || shared.now >= operation.deadline;
    operation.finish = () => {
      if (this.#woken) return parkResult.woken;
      const queue = shared.parked.get(word) ?? [];
      queue.splice(queue.indexOf(this), 1);
      return shared.now >= operation.deadline ? parkResult.timedOut : parkResult.woken;
    };
    return asStep(operation);
  }

  wake(word: number, count: number): Step {
    return this.#give(
      'wake',
      () => {
        const woken = this.#shared.parked.get(word)?.splice(0, Math.max(0, count)) ?? [];
        for (const cpu of woken) cpu.#woken = true;
        return woken.length;
      },
      word,
    );
  }

  isRunning(thread: number): Step {
    return this.#give('isRunning', () =>
      this.#cpu(thread).isOnCpu && !this.#chance('ownerLost') ? 1 : 0,
    );
  }

  isPreempted(thread: number): Step {
    return this.#give('isPreempted', () => (this.#cpu(thread).preempted ? 1 : 0));
  }

  needsReschedule(): Step {
    return this.#give('needsReschedule', () =>
      this.reschedule || this.#chance('reschedule') ? 1 : 0,
    );
  }

  preemption(): Step {
    return this.#give('preemption', () => 0);
  }

  now(): Step {
    return this.#give('now', () => this.#shared.now);
  }

  past(deadlineNs: number): Step {
    return this.#give('past', () => (this.#shared.now > deadlineNs ? 1 : 0));
  }

  work(ns: number): Step {
    return asStep(this.#pass('work', ns));
  }

  sleep(ns: number): Step {
    const operation = this.#pass('sleep', ns);
    operation.offCpu = true;
    return asStep(operation);
  }

  read(structure: number): Step {
    return this.#give('read', () => 0, structure);
  }

  write(structure: number): Step {
    return this.#give('write', () => 0, structure);
  }

  zero(frame: number): Step {
    return this.#give('zero', () => {
      this.#shared.contents.fill(0, frame * pageWords, (frame + 1) * pageWords);
      return 0;
    });
  }

  copy(toFrame: number, fromFrame: number): Step {
    return this.#give('copy', () => {
      const from = fromFrame * pageWords;
      this.#shared.contents.copyWithin(toFrame * pageWords, from, from + pageWords);
      return 0;
    });
  }

  peek(frame: number, offset: number): Step {
    return this.#give('peek', () => this.#shared.contents[frame * pageWords + offset] ?? 0);
  }

  poke(frame: number, offset: number, value: number): Step {
    return this.#give('poke', () => {
      this.#shared.contents[frame * pageWords + offset] = value;
      return 0;
    });
  }

  shootdown(): Step {
    return this.#give('shootdown', () => 0);
  }

  #make(name: string, word: number, start: () => number | undefined): Operation {
    const forgotten = this.#made;
    if (forgotten !== undefined) throw notYielded(this.id, forgotten);
    if (word >= this.memory.words.length || word < -1 || !Number.isInteger(word)) {
      throw new Error(
        `cpu ${this.id}: ${name} of word ${word}, but the machine has words 0 to ${this.memory.words.length - 1}`,
      );
    }
    const operation = new Operation(name, word, start);
    this.#made = operation;
    return operation;
  }

  #give(name: string, value: () => number, word = -1): Step {
    return asStep(this.#make(name, word, value));
  }

  /** A step that replaces a word's value and gives what it held before. */
  #change(name: string, word: number, next: (old: number) => number): Step {
    return this.#give(
      name,
      () => {
        const old = this.memory.get(word);
        this.memory.set(word, next(old));
        return old;
      },
      word,
    );
  }

  #spin(name: string, word: number, ready: () => boolean, timeoutNs = Infinity): Step {
    const shared = this.#shared;
    const value = (): number => this.memory.get(word);
    const operation = this.#make(name, word, () => {
      if (ready()) return value();
      this.#block();
      operation.deadline = shared.now + timeoutNs;
      return this.#chance('earlyReturn') ? value() : undefined;
    });
    operation.ready = () => ready() || shared.now >= operation.deadline;
    operation.finish = value;
    return asStep(operation);
  }

  /** A step that takes virtual time. */
  #pass(name: string, ns: number): Operation {
    const shared = this.#shared;
    const operation = this.#make(name, -1, () => {
      if (name === 'sleep') this.#mustBeAllowedToSleep(name);
      operation.deadline = shared.now + ns;
      return operation.ready() ? 0 : undefined;
    });
    operation.ready = () => shared.now >= operation.deadline;
    return operation;
  }

  /** Notes when the acquisition in progress began to wait. */
  #block(): void {
    const { task } = this;
    if (task.blockedAt === 0) task.blockedAt = this.#shared.now;
    if (task.operationBlockedAt === 0) task.operationBlockedAt = this.#shared.now;
  }

  #mustBeAllowedToSleep(name: string): void {
    if (this.task.noSleepDepth > 0) {
      throw new Error(`cpu ${this.id}: ${name} while it holds a lock whose holder may not sleep`);
    }
  }

  #chance(deviation: keyof Deviations): boolean {
    const chance = this.#shared.deviations[deviation];
    return chance > 0 && this.#shared.random.next() < chance;
  }

  #cpu(id: number): InterleavedCpu {
    const cpu = this.#shared.cpus[id];
    if (cpu === undefined) {
      throw new Error(
        `cpu ${this.id} asks about cpu ${id}, but there are ${this.#shared.cpus.length}`,
      );
    }
    return cpu;
  }
}

const asStep = (operation: Operation): Step => operation as unknown as Step;
