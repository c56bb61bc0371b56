import type { Cpu } from './cpu.js';
import { InterleavedCpu } from './interleaved-cpu.js';
import { describe, notYielded, Operation, type Deviations } from './interleaved-operation.js';
import { pageWords } from './layout.js';
import { ArrayMemory } from './memory.js';
import { deriveSeed, Random } from './random.js';
import type { Step, Steps } from './steps.js';

export interface InterleaverOptions {
  /** CPUs, each with one thread. */
  readonly threads: number;
  /** Words of shared memory, zeroed. */
  readonly words: number;
  /** Seeds the schedule, the deviations and each `cpu.random`. Default 1. */
  readonly seed?: number;
  /**
   * Who takes the next step. A list of CPU ids is followed as far as it goes, leaving out those that
   * cannot run at that moment; then it goes on round robin. Default: random.
   */
  readonly schedule?: 'random' | 'round-robin' | readonly number[];
  readonly deviations?: Partial<Deviations>;
  /** 4 KiB frames for `zero`, `copy`, `peek`, `poke`. Default 0. */
  readonly frames?: number;
  /** First word of the content of frame 0, where the frames lie in the shared words. Default: apart from them. */
  readonly contents?: number;
  /** Sockets that the CPUs are dealt to in turn. Default 1. */
  readonly nodes?: number;
  /** Virtual time that each step takes besides `work` and `sleep`; `now` takes none. Default 10. */
  readonly stepNs?: number;
  /** Steps after which `run` gives up with an error. Default 1,000,000. */
  readonly maxSteps?: number;
  /** Called after each step, for a test that asserts on the order or wants to see it. */
  readonly onStep?: (cpu: InterleavedCpu, operation: Operation, value: number) => void;
}

/** What one CPU runs, and what it returns. */
export type Program = (cpu: Cpu) => Steps | Steps<number>;

type Frame = Steps | Steps<number>;

/**
 * Runs steps code on several CPUs in one thread, one step at a time, in an order that options choose: for
 * tests of locks and of the model. The same options give the same run.
 *
 * A step is executed when the scheduler picks its CPU, and the plain code after it runs on until the next
 * step; so between two yields anything may happen on other CPUs, as `Steps` says.
 */
export class Interleaver {
  readonly memory: ArrayMemory;
  readonly cpus: readonly InterleavedCpu[];
  readonly contents: Int32Array;
  readonly deviations: Deviations;
  readonly random: Random;
  readonly parked = new Map<number, InterleavedCpu[]>();
  /** Virtual time, ns. Starts at 1, as 0 means "not yet" in `Task`. */
  now = 1;
  /** Steps executed since construction. */
  steps = 0;
  readonly #seed: number;
  readonly #schedule: 'random' | 'round-robin' | readonly number[];
  readonly #stepNs: number;
  readonly #maxSteps: number;
  readonly #onStep: InterleaverOptions['onStep'];
  #position = 0;
  #turn = -1;

  constructor(options: InterleaverOptions) {
    this.#seed = options.seed ?? 1;
    this.#schedule = options.schedule ?? 'random';
    this.#stepNs = options.stepNs ?? 10;
    this.#maxSteps = options.maxSteps ?? 1_000_000;
    this.#onStep = options.onStep;
    this.memory = new ArrayMemory(new Int32Array(options.words));
    this.contents =
      options.contents === undefined
        ? new Int32Array((options.frames ?? 0) * pageWords)
        : this.memory.words.subarray(options.contents);
    this.random = new Random(deriveSeed(this.#seed, 0));
    this.deviations = {
      spuriousWake: 0,
      earlyReturn: 0,
      reschedule: 0,
      ownerLost: 0,
      ...options.deviations,
    };
    this.cpus = Array.from(
      { length: options.threads },
      (_, id) =>
        new InterleavedCpu(
          this,
          id,
          id % (options.nodes ?? 1),
          new Random(deriveSeed(this.#seed, 1, id)),
        ),
    );
  }

  /**
   * Runs `programs[i]` on CPU i until all have ended, and gives what each returned (0 for nothing). May be
   * called again: memory and time go on.
   *
   * @throws what a program throws; an Error that names who waits for what when no CPU can go on, when
   *   `maxSteps` is reached, and when a step was made without a `yield`.
   */
  run(programs: readonly Program[]): readonly number[] {
    const threads = programs.map((program, id) => {
      const cpu = this.cpus[id];
      if (cpu === undefined) {
        throw new Error(`${programs.length} programs for ${this.cpus.length} cpus`);
      }
      cpu.ended = false;
      cpu.waiting = undefined;
      const thread = new Thread(cpu, program(cpu));
      thread.resume(0);
      return thread;
    });
    for (const cpu of this.cpus.slice(programs.length)) cpu.ended = true;
    const last = this.steps + this.#maxSteps;
    for (;;) {
      const live = threads.filter((thread) => !thread.cpu.ended);
      if (live.length === 0) return threads.map((thread) => thread.result);
      if (this.steps === last) throw this.#stuck(`no end after ${this.#maxSteps} steps`, live);
      const thread = this.#pick(live);
      const value = thread.step();
      this.steps++;
      if (thread.operation.name !== 'now') this.now += this.#stepNs;
      if (value === undefined) continue;
      this.#onStep?.(thread.cpu, thread.operation, value);
      thread.resume(value);
    }
  }

  #pick(live: readonly Thread[]): Thread {
    let runnable = live.filter((thread) => thread.canRun);
    if (runnable.length === 0) {
      this.now = Math.max(this.now, Math.min(...live.map((thread) => thread.operation.deadline)));
      if (this.now === Infinity) throw this.#stuck('deadlock', live);
      runnable = live.filter((thread) => thread.canRun);
    }
    if (this.#schedule === 'random') {
      return runnable[this.random.below(runnable.length)] as Thread;
    }
    if (typeof this.#schedule !== 'string') {
      while (this.#position < this.#schedule.length) {
        const id = this.#schedule[this.#position++];
        const chosen = runnable.find((thread) => thread.cpu.id === id);
        if (chosen !== undefined) return chosen;
      }
    }
    const next = (runnable.find((thread) => thread.cpu.id > this.#turn) ?? runnable[0]) as Thread;
    this.#turn = next.cpu.id;
    return next;
  }

  #stuck(what: string, live: readonly Thread[]): Error {
    const states = live.map(({ cpu, operation }) => {
      const word = operation.word === -1 ? '' : ` = ${this.memory.get(operation.word)}`;
      return `cpu ${cpu.id} ${cpu.waiting === undefined ? 'is at' : 'waits in'} ${describe(operation)}${word}`;
    });
    return new Error(`${what} at step ${this.steps} (seed ${this.#seed}): ${states.join('; ')}`);
  }
}

/** A thread's stack of generators: a yielded generator is pushed, one that is done is popped. */
class Thread {
  readonly cpu: InterleavedCpu;
  readonly #stack: Frame[];
  /** The step it is at. */
  operation = new Operation('begin', -1, () => 0);
  result = 0;

  constructor(cpu: InterleavedCpu, program: Frame) {
    this.cpu = cpu;
    this.#stack = [program];
  }

  get canRun(): boolean {
    return this.cpu.waiting === undefined || this.operation.ready();
  }

  /** Executes the step it is at, or begins to wait in it (undefined). */
  step(): number | undefined {
    if (this.cpu.waiting !== undefined) {
      this.cpu.waiting = undefined;
      return this.operation.finish();
    }
    const value = this.operation.start();
    if (value === undefined) this.cpu.waiting = this.operation;
    return value;
  }

  /** Gives the last step's value to the code and runs it to its next step, or to its end. */
  resume(value: number): void {
    let given = value;
    for (;;) {
      const top = this.#stack.at(-1);
      if (top === undefined) {
        this.cpu.ended = true;
        this.result = given;
        return;
      }
      const next = top.next(given);
      const { forgotten } = this.cpu;
      if (next.done === true) {
        if (forgotten !== undefined) throw notYielded(this.cpu.id, forgotten);
        this.#stack.pop();
        given = next.value ?? 0;
        continue;
      }
      const yielded: Step | Frame | Operation = next.value;
      if (yielded instanceof Operation) {
        this.cpu.yielded(yielded);
        this.operation = yielded;
        return;
      }
      if (forgotten !== undefined) throw notYielded(this.cpu.id, forgotten);
      if (!isFrame(yielded)) {
        throw new Error(`cpu ${this.cpu.id}: yield of a ${typeof yielded}, which is not a step`);
      }
      this.#stack.push(yielded);
      given = 0;
    }
  }
}

const isFrame = (yielded: Step | Frame): yielded is Frame =>
  typeof yielded === 'object' && 'next' in yielded && typeof yielded.next === 'function';
