import { ArrayMemory, type Memory } from '../../machine/memory.js';
import { deriveSeed, Random } from '../../machine/random.js';
import type { Steps } from '../../machine/steps.js';
import { CacheLines } from './cache-lines.js';
import { EventQueue } from './event-queue.js';
import { FrameContents } from './frame-contents.js';
import { Jitter } from './jitter.js';
import { LineSteps, nobody } from './line-steps.js';
import type { MachineProfile } from '../../machine/machine-profile.js';
import { PlainSteps } from './plain-steps.js';
import { Scheduler, type Threads } from './scheduler.js';
import { type Driver, SimCpu } from './sim-cpu.js';
import { SleepSteps } from './sleep-steps.js';
import { firstVisible, lastOfFrames, lastOfLine, lastOfWord, stepKind } from './step-kind.js';
import { standing, ThreadTable } from './thread-table.js';
import { TimeAccount, timeKind } from './time-account.js';
import { Topology } from './topology.js';
import { TracedAccount } from './traced-account.js';
import type { Tracer } from './tracer.js';

type Frame = Steps | Steps<number>;

/** What each thread runs. */
export type Program = (cpu: SimCpu) => Frame;

export interface MachineOptions {
  readonly profile: MachineProfile;
  /** The first so many CPUs of it. */
  readonly cpus: number;
  readonly threads: number;
  /** The words that threads share, as they are at the start; frame contents are kept apart. */
  readonly words: Int32Array;
  readonly seed: number;
  /** Of each thread, the address space that it works in: whom a shootdown must reach. Default: all in one. */
  readonly spaceOf?: Int32Array;
  /** Contents of the frames, and of each thread the number that its frame 0 has there. Default: none, and 0. */
  readonly contents?: FrameContents;
  readonly firstFrameOf?: readonly number[];
  /** Plain access to the words, and to the contents of frames. Default: to the words alone. */
  readonly memory?: Memory;
  /** What a thread does from one look at the control word to the next is done in one go, and moves no cache line. */
  readonly indivisible?: boolean;
  /** A word that only whoever drives the machine writes, between two runs of it. */
  readonly controlWord?: number;
  /** Is told what happens. */
  readonly tracer?: Tracer | undefined;
}

/**
 * How far a thread may run ahead of what else is due, ns, in steps that nobody could tell: on lines that no other CPU
 * has ever touched, and in looks at the clock. Who touches such a line first finds it as it is that much later.
 */
const lookaheadNs = 500;

/** When a machine starts, ns: not at 0, which says "not yet" in `Task`. */
export const startNs = 1024;

/**
 * A simulated machine: threads that run steps code on CPUs in virtual time, one event at a time. A step that others
 * could see is executed at its own virtual time, when the CPU has the cache line; what follows it begins when it is
 * complete. A thread runs on without an event while nothing else is due before its next visible step. The same options
 * give the same run.
 */
export class SimMachine implements Threads, Driver {
  readonly cpus: readonly SimCpu[];
  readonly topology: Topology;
  readonly account: TimeAccount;
  readonly lines: CacheLines;
  readonly scheduler: Scheduler;
  /** Virtual time, ns: that of the event in progress, or where `run` has stopped. */
  now = startNs;
  /** Steps taken, and events that it took. */
  steps = 0;
  events = 0;
  /** Threads that have not ended. */
  live: number;
  readonly #words: Int32Array;
  readonly #queue: EventQueue;
  readonly #table: ThreadTable;
  readonly #plainSteps: PlainSteps;
  readonly #lineSteps: LineSteps;
  readonly #sleepSteps: SleepSteps;
  readonly #stacks: readonly Frame[][];
  readonly #indivisible: boolean;
  readonly #firstTimer: number;
  readonly #firstCpu: number;
  readonly #firstLine: number;
  readonly #tracer: Tracer | undefined;
  /** No thread takes a visible step at this time or later. */
  #horizon = 0.5;
  /** How far the thread in hand has come, ns. */
  #clock = 0.5;

  constructor(options: MachineOptions) {
    const { profile, seed, threads, tracer, words } = options;
    const jitter = new Jitter(deriveSeed(seed, 2));
    const memory = options.memory ?? new ArrayMemory(words);
    const controlWord = options.controlWord ?? -1;
    this.cpus = Array.from(
      { length: threads },
      (_, id) =>
        new SimCpu(id, new Random(deriveSeed(seed, 1, id)), memory, this, words, controlWord),
    );
    this.live = threads;
    this.#words = words;
    this.#indivisible = options.indivisible ?? false;
    this.#stacks = this.cpus.map(() => []);
    this.topology = new Topology(profile.shape, options.cpus);
    this.#tracer = tracer;
    this.account =
      tracer === undefined ? new TimeAccount(threads) : new TracedAccount(threads, tracer);
    tracer?.attach(this.cpus, this.account);
    this.lines = new CacheLines(words.length, this.topology, profile.line, jitter);
    this.#firstTimer = threads;
    this.#firstCpu = 2 * threads;
    const queue = new EventQueue(2 * threads);
    this.#queue = queue;
    this.#table = new ThreadTable(this.cpus, this.account, queue);
    const scheduler = new Scheduler(
      profile,
      this.topology,
      threads,
      queue,
      this.#firstCpu,
      jitter,
      this,
    );
    this.scheduler = scheduler;
    this.#firstLine = this.#firstCpu + scheduler.slots;
    this.#plainSteps = new PlainSteps(
      words,
      this.#table,
      options.contents ?? new FrameContents(),
      options.firstFrameOf ?? this.cpus.map(() => 0),
      scheduler,
      this.topology,
      profile,
    );
    this.#sleepSteps = new SleepSteps(
      this.#table,
      scheduler,
      profile,
      options.spaceOf ?? new Int32Array(threads),
    );
    this.#lineSteps = new LineSteps({
      words,
      table: this.#table,
      lines: this.lines,
      events: queue,
      firstSlot: this.#firstLine,
      topology: this.topology,
      profile,
      scheduler,
      sleep: this.#sleepSteps,
      movesLines: !this.#indivisible,
    });
  }

  /** Starts a program on each thread. Once. */
  start(program: Program): void {
    for (const cpu of this.cpus) {
      this.#stacks[cpu.id]?.push(program(cpu));
      this.#table.hasValue[cpu.id] = 1;
      this.account.upTo[cpu.id] = this.now;
      this.account.wait(cpu.id, timeKind.ready);
    }
    this.scheduler.start(this.now);
  }

  /**
   * Lets time pass up to `until`, ns. False if nothing will ever happen again although threads have not ended: they
   * wait for each other.
   */
  run(until: number): boolean {
    const queue = this.#queue;
    this.#horizon = until;
    while (queue.nextTime < until) {
      this.now = queue.nextTime;
      this.events++;
      const slot = queue.pop();
      if (slot < this.#firstTimer) this.#goOn(slot);
      else if (slot < this.#firstCpu) this.#timeIsUp(slot - this.#firstTimer);
      else if (slot < this.#firstLine) this.scheduler.due(slot, this.now);
      else this.#serve(slot - this.#firstLine);
    }
    if (queue.nextTime === Infinity && this.live > 0) return false;
    if (this.live > 0) this.now = until;
    return true;
  }

  /** The step that a thread is at, in words, for messages. */
  describe(thread: number): string {
    const cpu = this.cpus[thread] as SimCpu;
    const name = Object.entries(stepKind).find(([, kind]) => kind === cpu.kind)?.[0] ?? '?';
    return `${name}(word ${cpu.word} = ${this.#words[cpu.word] ?? 0})`;
  }

  hasEnded(thread: number): boolean {
    return this.#table.standing[thread] === standing.ended;
  }

  suspend(thread: number, now: number, stolen: boolean): boolean {
    const table = this.#table;
    const where = table.standing[thread];
    if (where === standing.line) return false;
    if (where === standing.event) {
      table.left[thread] = Math.max(0, this.#queue.timeOf(thread) - now);
      this.#queue.cancel(thread);
    } else if (where === standing.spin) {
      this.#lineSteps.interruptSpin(thread, now);
      table.left[thread] = 0;
    }
    table.standing[thread] = standing.away;
    this.account.wait(thread, stolen ? timeKind.stolen : timeKind.ready);
    return true;
  }

  resume(thread: number, time: number): void {
    const table = this.#table;
    const cpu = this.cpus[thread] as SimCpu;
    const onCpu = this.scheduler.cpuOf(thread);
    cpu.node = this.topology.socketOf[onCpu] as number;
    this.#tracer?.runs(thread, onCpu, time);
    table.schedule(thread, time + (table.left[thread] as number));
    table.left[thread] = 0;
  }

  wanted(thread: number, now: number): void {
    this.#lineSteps.wanted(thread, now);
  }

  stopped(thread: number, now: number): void {
    this.#tracer?.stops(thread, this.scheduler.cpuOf(thread), now);
    this.#lineSteps.ownerStopped(thread, now);
  }

  #goOn(thread: number): void {
    const table = this.#table;
    this.account.reach(thread, this.now);
    if (this.#stacks[thread]?.length === 0) {
      this.#end(thread, this.now);
    } else if (table.hasValue[thread] !== 0) {
      table.hasValue[thread] = 0;
      this.#run(thread, this.now, table.value[thread] as number);
    } else if (this.#complete(this.cpus[thread] as SimCpu, this.now)) {
      this.#run(thread, table.after, table.value[thread] as number);
    }
  }

  #serve(record: number): void {
    const thread = this.#lineSteps.serve(record, this.now);
    if (thread !== nobody) {
      this.#run(thread, this.#table.after, this.#table.value[thread] as number);
    }
  }

  #timeIsUp(thread: number): void {
    const kind = this.cpus[thread]?.kind;
    if (kind === stepKind.park || kind === stepKind.sleep) {
      this.#sleepSteps.timeIsUp(thread, this.now);
    } else {
      this.#lineSteps.timeIsUp(thread, this.now);
    }
  }

  /** Runs a thread from `time` on, after a step that gave `given`, until it has to wait or others come first. */
  #run(thread: number, time: number, given: number): void {
    const cpu = this.cpus[thread] as SimCpu;
    const stack = this.#stacks[thread] as Frame[];
    let top = stack[stack.length - 1] as Frame;
    let value = given;
    this.#clock = time;
    for (;;) {
      const next = top.next(value);
      const yielded: unknown = next.value;
      if (next.done === true) {
        stack.pop();
        if (stack.length === 0) break;
        top = stack[stack.length - 1] as Frame;
        value = (yielded as number | undefined) ?? 0;
      } else if (yielded !== undefined) {
        top = yielded as Frame;
        stack.push(top);
        value = 0;
      } else if (cpu.ready === 0) {
        return;
      } else {
        value = cpu.result;
      }
    }
    // Others see that the thread ends.
    if (this.#isAhead(this.#clock)) this.#table.schedule(thread, this.#clock);
    else this.#end(thread, this.#clock);
  }

  attempt(cpu: SimCpu): void {
    const { id } = cpu;
    const table = this.#table;
    this.steps++;
    if (this.#mustWait(cpu, this.#clock)) {
      table.schedule(id, this.#clock);
      cpu.ready = 0;
    } else if (this.#complete(cpu, this.#clock)) {
      this.#clock = table.after;
      cpu.result = table.value[id] as number;
      cpu.ready = 1;
    } else {
      cpu.ready = 0;
    }
  }

  isWatched(word: number): boolean {
    return this.#lineSteps.isWatched(word);
  }

  /** Whether something else is due before that time. */
  #isAhead(time: number): boolean {
    return time >= this.#queue.nextTime || time >= this.#horizon;
  }

  /** Whether something else is due before the step that `cpu` holds, and the step could tell. */
  #mustWait(cpu: SimCpu, now: number): boolean {
    if (!this.#isAhead(now)) return false;
    const { kind } = cpu;
    // Of words that are read plainly only the control word comes here.
    if (kind === stepKind.get) return this.#indivisible || now >= this.#horizon;
    if (this.#indivisible) return false;
    const far = this.#isAhead(now - lookaheadNs);
    if (kind < firstVisible) return far && kind === stepKind.now;
    return (
      far || kind > lastOfWord || !this.lines.isPrivate(this.scheduler.cpuOf(cpu.id), cpu.word)
    );
  }

  /**
   * Takes the step that `cpu` holds. True: it is complete, at `after` of the table, and the thread goes on. What a
   * thread does after it has worked for a while, others must not find done before: it waits for the end of its work.
   */
  #complete(cpu: SimCpu, now: number): boolean {
    if (!this.#step(cpu, now)) return false;
    if (cpu.kind !== stepKind.work || this.#indivisible) return true;
    const { after } = this.#table;
    if (!this.#isAhead(after)) return true;
    this.#table.giveAt(cpu.id, 0, after);
    return false;
  }

  /** Takes the step that `cpu` holds. True: it is complete at `after` of the table. False: the thread waits. */
  #step(cpu: SimCpu, now: number): boolean {
    const { kind } = cpu;
    if (kind < firstVisible) return this.#plainSteps.take(cpu, now);
    if (kind <= lastOfLine) return this.#lineSteps.take(cpu, now);
    if (kind <= lastOfFrames) return this.#plainSteps.take(cpu, now);
    return this.#sleepSteps.take(cpu, now);
  }

  #end(thread: number, now: number): void {
    this.live--;
    this.#table.standing[thread] = standing.ended;
    this.account.reach(thread, now);
    this.account.wait(thread, timeKind.ended);
    this.scheduler.end(thread, now);
  }
}
