import { Counters } from '../../machine/counters.js';
import { costs, type Cost, type Cpu } from '../../machine/cpu.js';
import type { Memory } from '../../machine/memory.js';
import type { Random } from '../../machine/random.js';
import type { Step } from '../../machine/steps.js';
import { Task } from '../../machine/task.js';
import { stepKind } from './step-kind.js';

/** What every method of `SimCpu` gives: which step it was stands in the object's own fields. */
const simStep = undefined as unknown as Step;

/** Takes the step that a `SimCpu` holds, if nothing else comes before it; says by `ready` whether it is complete. */
export interface Driver {
  attempt(cpu: SimCpu): void;
  /** Whether someone spins on the word's line, so that a plain store to it is seen too. */
  isWatched(word: number): boolean;
}

/**
 * One thread as the simulator sees it. A method writes the step down and has it tried at once: if it could be taken,
 * `ready` is 1 and `result` its value, so that code in conditional form goes on without a yield. A step that is made
 * must be yielded before the next, which the derivation checks in all code that it accepts.
 */
export class SimCpu implements Cpu {
  readonly id: number;
  /** Socket of the CPU that the thread runs on; the scheduler may move it. */
  node = 0;
  count = new Counters();
  readonly task = new Task();
  readonly random: Random;
  readonly memory: Memory;
  /** The step: which, the word or structure or frame, and its operands. */
  kind = 0;
  word = 0;
  first = 0.5;
  second = 0.5;
  /** 1: the step made last is complete, and this is its value. */
  ready = 0;
  result = 0.5;
  readonly #driver: Driver;
  readonly #words: Int32Array;
  readonly #controlWord: number;

  /** @param controlWord a word whose reading has to be in order with what drives the machine; -1: none */
  constructor(
    id: number,
    random: Random,
    memory: Memory,
    driver: Driver,
    words: Int32Array,
    controlWord: number,
  ) {
    this.id = id;
    this.random = random;
    this.memory = memory;
    this.#driver = driver;
    this.#words = words;
    this.#controlWord = controlWord;
  }

  load(word: number): Step {
    return this.#step(stepKind.load, word, 0, 0);
  }

  store(word: number, value: number): Step {
    return this.#step(stepKind.store, word, value, 0);
  }

  swap(word: number, value: number): Step {
    return this.#step(stepKind.swap, word, value, 0);
  }

  add(word: number, value: number): Step {
    return this.#step(stepKind.add, word, value, 0);
  }

  and(word: number, value: number): Step {
    return this.#step(stepKind.and, word, value, 0);
  }

  or(word: number, value: number): Step {
    return this.#step(stepKind.or, word, value, 0);
  }

  cas(word: number, expected: number, value: number): Step {
    return this.#step(stepKind.cas, word, expected, value);
  }

  /** Costs nothing and tells nobody, so it is done without further ado. */
  get(word: number): Step {
    if (word !== this.#controlWord) {
      this.ready = 1;
      this.result = this.#words[word] as number;
      return simStep;
    }
    return this.#step(stepKind.get, word, 0, 0);
  }

  set(word: number, value: number): Step {
    if (this.#driver.isWatched(word)) return this.store(word, value);
    this.ready = 1;
    this.result = this.#words[word] as number;
    this.#words[word] = value;
    return simStep;
  }

  pause(): Step {
    return this.#step(stepKind.pause, 0, 0, 0);
  }

  awaitChange(word: number, seen: number, timeoutNs = Infinity): Step {
    return this.#step(stepKind.awaitChange, word, seen, timeoutNs);
  }

  awaitOwner(word: number, seen: number, owner: number): Step {
    return this.#step(stepKind.awaitOwner, word, seen, owner);
  }

  acquire(word: number, free: number, taken: number): Step {
    return this.#step(stepKind.acquire, word, free, taken);
  }

  park(word: number, seen: number, timeoutNs = Infinity): Step {
    return this.#step(stepKind.park, word, seen, timeoutNs);
  }

  wake(word: number, count: number): Step {
    return this.#step(stepKind.wake, word, count, 0);
  }

  isRunning(thread: number): Step {
    return this.#step(stepKind.isRunning, 0, thread, 0);
  }

  isPreempted(thread: number): Step {
    return this.#step(stepKind.isPreempted, 0, thread, 0);
  }

  needsReschedule(): Step {
    return this.#step(stepKind.needsReschedule, 0, 0, 0);
  }

  preemption(on: 0 | 1): Step {
    return this.#step(stepKind.preemption, 0, on, 0);
  }

  now(): Step {
    return this.#step(stepKind.now, 0, 0, 0);
  }

  past(deadlineNs: number): Step {
    return this.#step(stepKind.past, 0, deadlineNs, 0);
  }

  work(ns: number): Step {
    return this.#step(stepKind.work, 0, ns, 0);
  }

  sleep(ns: number): Step {
    return this.#step(stepKind.sleep, 0, ns, 0);
  }

  read(structure: number, cost: Cost, times: number): Step {
    return this.#step(stepKind.read, structure, costIndex[cost], times);
  }

  write(structure: number, cost: Cost, times: number): Step {
    return this.#step(stepKind.write, structure, costIndex[cost], times);
  }

  zero(frame: number): Step {
    return this.#step(stepKind.zero, frame, 0, 0);
  }

  copy(toFrame: number, fromFrame: number): Step {
    return this.#step(stepKind.copy, toFrame, fromFrame, 0);
  }

  peek(frame: number, offset: number): Step {
    return this.#step(stepKind.peek, frame, offset, 0);
  }

  poke(frame: number, offset: number, value: number): Step {
    return this.#step(stepKind.poke, frame, offset, value);
  }

  shootdown(threads: number, pages: number): Step {
    return this.#step(stepKind.shootdown, 0, threads, pages);
  }

  #step(kind: number, word: number, first: number, second: number): Step {
    this.kind = kind;
    this.word = word;
    this.first = first;
    this.second = second;
    this.#driver.attempt(this);
    return simStep;
  }
}

/** Index of each cost in `costs`. */
const costIndex = Object.fromEntries(costs.map((cost, index) => [cost, index])) as Record<
  Cost,
  number
>;
