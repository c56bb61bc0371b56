import { asFault, type FoundFault, type ScheduledStep, VerifyFault } from './fault.js';
import { Machine } from './machine.js';
import type { Subject } from './subject.js';
import { stuckFault } from './stuck.js';
import { Trace } from './trace.js';

export interface ExplorerOptions {
  /** Deviations (spurious wakes, early returns, …) in one execution. Default 1. */
  readonly deviations?: number;
  /** Steps after which an execution is given up. Default 2,000. */
  readonly maxSteps?: number;
  /**
   * `source-sets`: only interleavings that differ in the order of conflicting steps. `none`: every one, to
   * check the reduction against. `switches`: every one of at most `maxSwitches` changes of thread. Default
   * `source-sets`.
   */
  readonly reduction?: 'source-sets' | 'none' | 'switches';
  readonly maxSwitches?: number;
  /** Only a fault of this kind counts. */
  readonly only?: string;
  /** Go on after a fault, and collect what is found. */
  readonly collect?: boolean;
  /** Called when all programs have ended and nothing was wrong. */
  readonly onEnd?: (words: Int32Array) => void;
}

/**
 * Stateless exploration of all interleavings of a subject's programs that can differ in what they do:
 * dynamic partial-order reduction by source sets, with sleep sets (Abdulla, Aronis, Jonsson, Sagonas,
 * "Optimal dynamic partial order reduction", POPL 2014, algorithm 1). Beyond the paper:
 *
 * - A step can have to wait. A wait that an event begins races with that event, though it is not executed;
 *   a race is passed over if its later step could not have come first.
 * - A step can be executed with a deviation. Which, is a choice of its own thread, taken before the step
 *   that it concerns; how many there are is the same in all executions that differ only in the order of
 *   independent steps, so to bound it cuts no equivalence class apart.
 * - When no thread can go on, those that only breathe (`pause`) or sleep for a time do. All before such a
 *   moment happens before all after it, and sleep sets begin anew.
 */
export class Explorer {
  readonly machine: Machine;
  /** Complete executions so far. */
  executions = 0;
  /** Executions left because another that was explored does the same. */
  redundant = 0;
  /** Executions given up at `maxSteps`. */
  cut = 0;
  /** Steps of the longest execution. */
  longest = 0;
  readonly faults: FoundFault[] = [];

  private readonly trace: Trace;
  private readonly maxDeviations: number;
  private readonly reduced: boolean;
  private readonly maxSwitches: number;
  private readonly only: string | undefined;
  private readonly collect: boolean;
  private readonly onEnd: ((words: Int32Array) => void) | undefined;
  /** By depth: threads that can go on, are to be explored, have been, need not be; masks. */
  private readonly enabled: Int32Array;
  private readonly backtrack: Int32Array;
  private readonly done: Int32Array;
  private readonly asleep: Int32Array;
  /** By depth: how many ways there are to execute the chosen step, and deviations before it. */
  private readonly choices: Uint8Array;
  private readonly deviations: Uint8Array;
  private readonly switches: Uint8Array;
  /** By depth: 1 if no thread could go on by itself. */
  private readonly stuck: Uint8Array;
  /** What is repeated of the last execution before something new is done; -1 before the first. */
  private prefix = -1;
  /** How often in a row threads went on by themselves, and shared memory when they last did. */
  private breaths = 0;
  private readonly breathed: Int32Array;
  /** The section that the last one is not ordered with; -1 if there is none. */
  private meetsAt = -1;

  constructor(subject: Subject, options: ExplorerOptions = {}) {
    this.maxDeviations = options.deviations ?? 1;
    const capacity = options.maxSteps ?? 2000;
    this.machine = new Machine(subject, this.maxDeviations > 0);
    this.trace = new Trace(this.machine, capacity);
    this.reduced = (options.reduction ?? 'source-sets') === 'source-sets';
    this.maxSwitches = options.reduction === 'switches' ? (options.maxSwitches ?? 0) : Infinity;
    this.only = options.only;
    this.collect = options.collect ?? false;
    this.onEnd = options.onEnd;
    this.enabled = new Int32Array(capacity);
    this.backtrack = new Int32Array(capacity);
    this.done = new Int32Array(capacity);
    this.asleep = new Int32Array(capacity + 1);
    this.choices = new Uint8Array(capacity);
    this.deviations = new Uint8Array(capacity + 1);
    this.switches = new Uint8Array(capacity + 1);
    this.stuck = new Uint8Array(capacity);
    this.breathed = new Int32Array(subject.image.length);
  }

  /**
   * Explores up to `executions` more, complete or not. True if there are no more; with `collect` false also
   * after a fault, which then is in `faults`.
   */
  explore(executions: number): boolean {
    for (let i = 0; i < executions; i++) {
      if (this.prefix === -1) this.prefix = 0;
      else if (!this.turnBack()) return true;
      this.run();
      if (!this.collect && this.faults.length > 0) return true;
    }
    return false;
  }

  /** Chooses the deepest node with something unexplored, and what is to be done there. */
  private turnBack(): boolean {
    const { trace } = this;
    for (let depth = trace.length - 1; depth >= 0; depth--) {
      if ((trace.choice[depth] as number) + 1 < (this.choices[depth] as number)) {
        trace.choice[depth] = (trace.choice[depth] as number) + 1;
        this.prefix = depth;
        return true;
      }
      const thread = trace.thread[depth] as number;
      const done = (this.done[depth] as number) | (1 << thread);
      this.done[depth] = done;
      const left =
        (this.backtrack[depth] as number) &
        (this.enabled[depth] as number) &
        ~done &
        ~(this.reduced && this.stuck[depth] === 0 ? (this.asleep[depth] as number) : 0);
      if (left === 0) continue;
      trace.thread[depth] = lowest(left);
      trace.choice[depth] = 0;
      this.choices[depth] = 0;
      this.prefix = depth;
      return true;
    }
    return false;
  }

  /** Repeats the prefix, takes the new turn there, and goes on to the end of the execution. */
  private run(): void {
    const { trace, machine, prefix } = this;
    const isFirst = trace.length === 0;
    trace.restart();
    this.breaths = 0;
    this.meetsAt = -1;
    try {
      machine.reset();
      for (let depth = 0; depth < prefix; depth++) {
        if (this.stuck[depth] === 1) trace.raiseFence();
        this.repeat(trace.thread[depth] as number, trace.choice[depth] as number);
      }
      if (this.stuck[prefix] === 1) trace.raiseFence();
      if (!isFirst) this.take(trace.thread[prefix] as number, trace.choice[prefix] as number);
      while (this.advance());
    } catch (error) {
      this.report(asFault(error));
    }
    if (trace.length > this.longest) this.longest = trace.length;
  }

  private repeat(thread: number, choice: number): void {
    const { trace, machine } = this;
    trace.append(thread, choice, true);
    if (machine.property.waits === undefined) machine.execute(thread, choice);
    else machine.executeAndTell(thread, choice);
  }

  /** Chooses the next step and takes it. False at the end of the execution. */
  private advance(): boolean {
    const { machine, trace } = this;
    const depth = trace.length;
    const live = machine.unended;
    let ready = machine.ready();
    if (live === 0) {
      machine.property.atEnd?.(machine.words);
      this.executions++;
      this.onEnd?.(machine.words);
      return false;
    }
    const isStuck = ready === 0;
    if (isStuck) {
      ready = this.patient(live);
      if (ready === 0) return false;
      trace.raiseFence();
    }
    if (depth === trace.capacity) {
      this.cut++;
      return false;
    }
    this.stuck[depth] = isStuck ? 1 : 0;
    const last = depth === 0 ? -1 : (trace.thread[depth - 1] as number);
    const asleep = this.reduced && !isStuck ? (this.asleep[depth] as number) : 0;
    let open = ready & ~asleep;
    if ((this.switches[depth] as number) >= this.maxSwitches && last !== -1) {
      open &= 1 << last;
      ready = open;
    }
    if (open === 0) {
      this.redundant++;
      return false;
    }
    const thread = last !== -1 && (open & (1 << last)) !== 0 ? last : lowest(open);
    this.enabled[depth] = ready;
    this.backtrack[depth] = this.reduced && !isStuck ? 1 << thread : ready;
    this.done[depth] = 0;
    this.choices[depth] = 0;
    this.take(thread, 0);
    return true;
  }

  /** Executes a step for the first time in this place, and finds what must be explored because of it. */
  private take(thread: number, choice: number): void {
    const { machine, trace } = this;
    const depth = trace.length;
    const used = this.deviations[depth] as number;
    if (choice === 0) {
      this.choices[depth] = machine.choices(thread, used < this.maxDeviations);
    }
    const last = depth === 0 ? thread : (trace.thread[depth - 1] as number);
    this.deviations[depth + 1] = used + (choice === 0 || machine.mayRunOut(thread) ? 0 : 1);
    this.switches[depth + 1] = (this.switches[depth] as number) + (last === thread ? 0 : 1);
    this.findRaces(thread);
    const other = this.maxSwitches === Infinity ? trace.unordered : -1;
    if (this.reduced) this.asleep[depth + 1] = this.staysAsleep(thread, depth);
    trace.append(thread, choice, false);
    if (other !== -1) {
      const names = `threads ${trace.thread[other] as number} and ${thread}`;
      this.meetsAt = other;
      throw new VerifyFault('exclusion', `${names} are inside at once`);
    }
    // Those whose step was ready, and now has to wait, could have come before it.
    const delayed = machine.executeAndTell(thread, choice);
    this.backtrack[depth] = (this.backtrack[depth] as number) | delayed;
    // A wait that begins is as good as a step that comes too late.
    if ((machine.unended & ~machine.ready() & (1 << thread)) !== 0) this.findRaces(thread);
  }

  /** Threads that need not be taken after the step of `thread`: what they could do was explored before it. */
  private staysAsleep(thread: number, depth: number): number {
    const { machine } = this;
    const before = ((this.asleep[depth] as number) | (this.done[depth] as number)) & ~(1 << thread);
    if (before === 0 || this.stuck[depth] === 1) return 0;
    let asleep = before;
    for (let t = 0; t < machine.threads; t++) {
      if ((before & (1 << t)) !== 0 && this.conflict(t, thread)) asleep &= ~(1 << t);
    }
    return asleep;
  }

  private conflict(one: number, other: number): boolean {
    const { machine } = this;
    const { accesses } = machine;
    const ones = accesses.count[one] as number;
    const others = accesses.count[other] as number;
    for (let i = 0; i < ones; i++) {
      for (let j = 0; j < others; j++) {
        if (accesses.cell(one, i) !== accesses.cell(other, j)) continue;
        if ((machine.changes(one, i) | machine.changes(other, j)) !== 0) return true;
      }
    }
    return false;
  }

  /** Sees to it that the step of `thread` is also explored before each event that it races with. */
  private findRaces(thread: number): void {
    const { trace } = this;
    trace.findRaces(thread);
    if (!this.reduced) return;
    for (let i = 0; i < trace.raceCount; i++) {
      const index = trace.races[i] as number;
      const initials = trace.initials(index, thread) & (this.enabled[index] as number);
      if (initials === 0 || (initials & (this.backtrack[index] as number)) !== 0) continue;
      const chosen = (initials & (1 << thread)) !== 0 ? thread : lowest(initials);
      this.backtrack[index] = (this.backtrack[index] as number) | (1 << chosen);
    }
  }

  /** With nobody ready: the threads that go on by themselves. 0 if the execution is at its end. */
  private patient(live: number): number {
    const { machine } = this;
    let patient = 0;
    for (let t = 0; t < machine.threads; t++) {
      if ((live & (1 << t)) === 0) continue;
      // It only pretended that its wait would end early: without that, this was explored already.
      if (machine.mode[t] !== 0) {
        this.redundant++;
        return 0;
      }
      if (machine.isPatient(t)) patient |= 1 << t;
    }
    if (patient === 0 || this.isInVain()) throw stuckFault(machine);
    return patient;
  }

  /** Threads have gone on by themselves again and again, and nothing has come of it. */
  private isInVain(): boolean {
    const { words } = this.machine;
    if (words.every((value, word) => value === this.breathed[word])) {
      return ++this.breaths > mostBreaths;
    }
    this.breathed.set(words);
    this.breaths = 1;
    return false;
  }

  private report(fault: VerifyFault): void {
    this.executions++;
    if (this.only !== undefined && fault.kind !== this.only) return;
    const { trace } = this;
    const schedule: ScheduledStep[] = [];
    for (let i = 0; i < trace.length; i++) {
      // Two that the lock does not order are seen inside at once if the first of them is held back.
      if (this.meetsAt !== -1 && (i === trace.length - 1 || trace.dependsOn(i, this.meetsAt)))
        continue;
      schedule.push({ thread: trace.thread[i] as number, choice: trace.choice[i] as number });
    }
    this.faults.push({ kind: fault.kind, message: fault.message, schedule });
  }
}

/** So many turns of a loop in which nothing changes are one without end. */
const mostBreaths = 40;

const lowest = (mask: number): number => 31 - Math.clz32(mask & -mask);
