import { Counters } from '../../machine/counters.js';
import type { Cpu } from '../../machine/cpu.js';
import { pageWords } from '../../machine/layout.js';
import { ArrayMemory } from '../../machine/memory.js';
import { numberField } from '../../machine/number-field.js';
import { Random } from '../../machine/random.js';
import type { Direct } from '../../machine/steps.js';
import { Task } from '../../machine/task.js';
import type { RunLayout } from '../../workload/run-layout.js';
import { Burn } from './burn.js';
import type { Clock } from './clock.js';
import type { ControlLayout } from './control.js';
import { Waiting } from './waiting.js';

/** Doubles of a 4 KiB page. */
const pageDoubles = pageWords / 2;

/** A TLB shootdown: its base, and what each CPU that must answer adds (facts, D.1); ns. */
const shootdownNs = 2_000;
const shootdownPerThreadNs = 100;
/** D.1 has no figures beyond some tens of µs at 100 CPUs. */
const shootdownThreads = 100;

export interface ThreadCpuParts {
  /** The words of the whole shared buffer. */
  readonly words: Int32Array;
  readonly control: ControlLayout;
  readonly run: RunLayout;
  readonly clock: Clock;
  readonly id: number;
  readonly threads: number;
  readonly cores: number;
  /** Word at which the contents of frame 0 begin; even, as pages are also seen as doubles. */
  readonly framesWord: number;
  /** By how much a sleep overshoots, and the shortest there is. */
  readonly sleepOvershootNs: number;
  readonly seed: number;
}

/**
 * One worker thread as a CPU, in direct form: each step is a plain call on shared memory. What the
 * kernel's scheduler would tell, threads publish of themselves (`Waiting`).
 */
export class ThreadCpu implements Direct<Cpu> {
  readonly id: number;
  readonly node = 0;
  readonly task = new Task();
  count: Counters = new Counters();
  readonly random: Random;
  readonly memory: ArrayMemory;
  /** Time that `sleep` was asked for, and took; ns. */
  sleepAskedNs = numberField;
  sleepTookNs = numberField;
  readonly #words: Int32Array;
  readonly #frames: Int32Array;
  readonly #frameDoubles: Float64Array;
  readonly #clock: Clock;
  readonly #burn: Burn;
  readonly #waiting: Waiting;
  readonly #sleepOvershootNs: number;

  constructor(parts: ThreadCpuParts) {
    const { clock, framesWord, words } = parts;
    this.id = parts.id;
    this.random = new Random(parts.seed);
    this.memory = new ArrayMemory(words);
    this.#words = words;
    this.#frames = words.subarray(framesWord);
    this.#frameDoubles = new Float64Array(
      words.buffer,
      words.byteOffset + framesWord * 4,
      (words.length - framesWord) >> 1,
    );
    this.#clock = clock;
    this.#burn = new Burn(clock);
    this.#waiting = new Waiting({ ...parts, task: this.task });
    this.#sleepOvershootNs = parts.sleepOvershootNs;
    this.sleepAskedNs = 0;
    this.sleepTookNs = 0;
  }

  load(word: number): number {
    return Atomics.load(this.#words, word);
  }

  store(word: number, value: number): number {
    return Atomics.exchange(this.#words, word, value);
  }

  swap(word: number, value: number): number {
    return Atomics.exchange(this.#words, word, value);
  }

  add(word: number, value: number): number {
    return Atomics.add(this.#words, word, value);
  }

  and(word: number, value: number): number {
    return Atomics.and(this.#words, word, value);
  }

  or(word: number, value: number): number {
    return Atomics.or(this.#words, word, value);
  }

  cas(word: number, expected: number, value: number): number {
    return Atomics.compareExchange(this.#words, word, expected, value);
  }

  get(word: number): number {
    return this.#words[word] as number;
  }

  set(word: number, value: number): number {
    const before = this.#words[word] as number;
    this.#words[word] = value;
    return before;
  }

  pause(): number {
    return 0;
  }

  awaitChange(word: number, seen: number, timeoutNs = Infinity): number {
    const value = Atomics.load(this.#words, word);
    if (value !== seen) return value;
    return timeoutNs === Infinity
      ? this.#waiting.spin(word, seen, this.count)
      : this.#waiting.spinFor(word, seen, timeoutNs);
  }

  awaitOwner(word: number, seen: number, owner: number): number {
    const value = Atomics.load(this.#words, word);
    return value === seen ? this.#waiting.spinOnOwner(word, seen, owner, this.count) : value;
  }

  acquire(word: number, free: number, taken: number): number {
    if (Atomics.compareExchange(this.#words, word, free, taken) !== free) {
      this.#acquireSlow(word, free, taken);
    }
    return free;
  }

  /** Loads before each attempt, so that waiters share the line until the word is free. */
  #acquireSlow(word: number, free: number, taken: number): void {
    this.#waiting.blocked();
    for (;;) {
      const value = Atomics.load(this.#words, word);
      if (value !== free) {
        this.#waiting.spin(word, value, this.count);
      } else if (Atomics.compareExchange(this.#words, word, free, taken) === free) {
        return;
      }
    }
  }

  park(word: number, seen: number, timeoutNs = Infinity): number {
    return this.#waiting.park(word, seen, timeoutNs, this.count);
  }

  wake(word: number, count: number): number {
    return Atomics.notify(this.#words, word, count);
  }

  isRunning(thread: number): number {
    return this.#waiting.isRunning(thread, this.count) ? 1 : 0;
  }

  /** A vCPU's preemption cannot be seen from inside. */
  isPreempted(): number {
    return 0;
  }

  needsReschedule(): number {
    return this.#waiting.needsReschedule() ? 1 : 0;
  }

  /** User space cannot turn preemption off. */
  preemption(): number {
    return 0;
  }

  now(): number {
    return this.#clock.now();
  }

  past(deadlineNs: number): number {
    return this.#clock.now() > deadlineNs ? 1 : 0;
  }

  work(ns: number): number {
    this.#burn.for(ns);
    return 0;
  }

  /** Asks for less than `ns` by what a sleep overshoots here; the shortest sleep is about 75 µs all the same. */
  sleep(ns: number): number {
    if (ns <= 0) return 0;
    const before = this.#clock.now();
    this.#waiting.sleep(ns - this.#sleepOvershootNs);
    this.sleepAskedNs += ns;
    this.sleepTookNs += this.#clock.now() - before;
    return 0;
  }

  /** The plain code was really run, and cost what it cost. */
  read(): number {
    return 0;
  }

  write(): number {
    return 0;
  }

  zero(frame: number): number {
    const from = frame * pageDoubles;
    this.#frameDoubles.fill(0, from, from + pageDoubles);
    return 0;
  }

  copy(toFrame: number, fromFrame: number): number {
    const from = fromFrame * pageDoubles;
    this.#frameDoubles.copyWithin(toFrame * pageDoubles, from, from + pageDoubles);
    return 0;
  }

  peek(frame: number, offset: number): number {
    return Atomics.load(this.#frames, frame * pageWords + offset);
  }

  poke(frame: number, offset: number, value: number): number {
    return Atomics.exchange(this.#frames, frame * pageWords + offset, value);
  }

  /** There are no TLBs to shoot down: burns the time that it takes, the waiting for the answers included. */
  shootdown(threads: number): number {
    if (threads <= 0) return 0;
    this.#burn.for(shootdownNs + shootdownPerThreadNs * Math.min(threads, shootdownThreads));
    return 0;
  }

  /** The thread ends: nobody may spin for it any more. */
  end(): void {
    this.#waiting.end();
  }
}
