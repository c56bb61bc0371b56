import type { Step, Steps } from '../../machine/steps.js';
import { VerifyFault } from './fault.js';
import { stepInFrames } from './frame-steps.js';
import { Accesses } from './accesses.js';
import { Image } from './image.js';
import { deviation, opcode } from './opcodes.js';
import { Sleepers } from './sleepers.js';
import type { Program, Property, Subject } from './subject.js';
import { VerifyCpu } from './verify-cpu.js';

type Frame = Steps | Steps<number>;

/** Local steps in a row that are taken for a loop without end. */
const mostLocalSteps = 10_000;

/**
 * Executes steps code one step at a time, as it is told. Executions are repeated from the start, so a step
 * costs little and allocates nothing; only the generators are made anew.
 */
export class Machine {
  readonly threads: number;
  readonly words: Int32Array;
  readonly cpus: readonly VerifyCpu[];
  readonly accesses: Accesses;
  /** How CPU t's wait will end, once that is decided: a value of `deviation`. */
  readonly mode: Uint8Array;
  readonly property: Property;
  /** What the last step that was executed gave. */
  value = 0;

  private readonly subject: Subject;
  private readonly shared: Image;
  /** Where the content of frame 0 begins. */
  private readonly contents: number;
  private readonly deviating: boolean;
  /** Threads that have not ended, and those of them whose step may have to wait; masks. */
  private live = 0;
  private conditional = 0;
  /** Generators of CPU t, innermost last: the first `depth[t]`. */
  private readonly stacks: Frame[][];
  private readonly depth: Int32Array;
  private readonly running: Uint8Array;
  /** What follows when the CPU has decided. */
  private readonly decided: Int32Array;
  private readonly sleepers: Sleepers;

  constructor(subject: Subject, deviating: boolean) {
    const { programs, image } = subject;
    const frames = subject.frames?.count ?? 0;
    this.subject = subject;
    this.property = subject.property ?? { reset: () => undefined };
    this.deviating = deviating;
    const threads = programs.length;
    this.threads = threads;
    this.shared = new Image(image);
    this.words = this.shared.words;
    this.contents = subject.frames?.contents ?? 0;
    this.cpus = programs.map(
      (_, id) =>
        new VerifyCpu(id, this.shared, { threads, words: image.length, frames, deviating }),
    );
    this.stacks = programs.map(() => []);
    this.depth = new Int32Array(threads);
    this.accesses = new Accesses(threads, image.length, frames);
    this.mode = new Uint8Array(threads);
    this.running = new Uint8Array(threads);
    this.decided = new Int32Array(threads);
    this.sleepers = new Sleepers(threads);
  }

  /** Starts an execution: every CPU stands before its first step. Throws what the programs throw. */
  reset(): void {
    this.shared.reset();
    this.running.fill(1);
    this.live = (1 << this.threads) - 1;
    this.conditional = 0;
    this.sleepers.reset();
    this.property.reset();
    for (let thread = 0; thread < this.threads; thread++) {
      const cpu = this.cpus[thread] as VerifyCpu;
      cpu.reset();
      this.mode[thread] = deviation.none;
      (this.stacks[thread] as Frame[])[0] = (this.subject.programs[thread] as Program)(cpu);
      this.depth[thread] = 1;
      this.resume(thread, 0);
    }
  }

  wordName(word: number): string {
    return this.subject.wordName?.(word) ?? `word ${word}`;
  }

  /** The threads that have something left to do, as a mask. */
  get unended(): number {
    return this.live;
  }

  /** Those whose step can be executed, as a mask. One that waits with a deviation can be while it has to wait. */
  ready(): number {
    let ready = this.live & ~this.conditional;
    for (let left = this.conditional; left !== 0; left &= left - 1) {
      const thread = 31 - Math.clz32(left & -left);
      if (this.isReady(thread)) ready |= 1 << thread;
    }
    return ready;
  }

  private isReady(thread: number): boolean {
    const cpu = this.cpus[thread] as VerifyCpu;
    switch (cpu.op) {
      case opcode.awaitChange:
        return (this.words[cpu.word] !== cpu.a) === (this.mode[thread] === deviation.none);
      case opcode.awaitOwner:
        return (
          (this.words[cpu.word] !== cpu.a || this.running[cpu.b] !== 1) ===
          (this.mode[thread] === deviation.none)
        );
      case opcode.acquire:
        return this.words[cpu.word] === cpu.a;
      case opcode.parked:
        return this.sleepers.isWoken(thread) === (this.mode[thread] === deviation.none);
      case opcode.pause:
        return (
          this.accesses.hasSeenChange(cpu, this.words) === (this.mode[thread] === deviation.none)
        );
      default:
        return true;
    }
  }

  /** It goes on by itself if nobody else can: it only breathes between two looks, or sleeps for a time. */
  isPatient(thread: number): boolean {
    const cpu = this.cpus[thread] as VerifyCpu;
    if (this.mode[thread] !== deviation.none) return false;
    if (cpu.op === opcode.pause) return true;
    return (cpu.op === opcode.parked || cpu.op === opcode.awaitChange) && cpu.b !== 0;
  }

  /**
   * How many ways there are to execute this CPU's step, if deviations are allowed or not; the first is what
   * is to be expected.
   */
  choices(thread: number, mayDeviate: boolean): number {
    if (!mayDeviate) return this.mayRunOut(thread) ? 2 : 1;
    const cpu = this.cpus[thread] as VerifyCpu;
    switch (cpu.op) {
      case opcode.decide:
      case opcode.needsReschedule:
      case opcode.isPreempted:
      case opcode.past:
        return 2;
      case opcode.isRunning:
        return this.deviating && this.isOnCpu(cpu.a) ? 2 : 1;
      case opcode.park:
        return this.deviating && this.words[cpu.word] === cpu.a ? 2 + cpu.b : 1;
      default:
        return 1;
    }
  }

  /**
   * The CPU decides about a wait that has a limit: that it runs out is as much to be expected as that it does
   * not. It does once for each thing that it waits for; once more while nothing has changed is a deviation,
   * or a spin loop would go round for ever.
   */
  mayRunOut(thread: number): boolean {
    const cpu = this.cpus[thread] as VerifyCpu;
    if (cpu.op !== opcode.decide || this.decided[thread] !== opcode.awaitChange) return false;
    return cpu.b !== 0 && (cpu.ranOutAt !== cpu.word || cpu.ranOutWith !== cpu.a);
  }

  /** 1 if the CPU's step, executed now, would change the cell of its `i`-th access. */
  changes(thread: number, i: number): number {
    const cpu = this.cpus[thread] as VerifyCpu;
    // One that fails changes nothing.
    if (cpu.op === opcode.cas) return this.words[cpu.word] === cpu.a ? 1 : 0;
    return this.accesses.mayChange(thread, i);
  }

  /**
   * As `execute`; gives the threads whose step was ready and now has to wait, as a mask, and tells the property
   * that they wait.
   */
  executeAndTell(thread: number, choice: number): number {
    const ready = this.ready() & ~(1 << thread);
    this.execute(thread, choice);
    const delayed = ready & ~this.ready();
    for (let left = delayed; left !== 0; left &= left - 1) {
      this.property.waits?.(31 - Math.clz32(left & -left));
    }
    return delayed;
  }

  /**
   * Executes the step of this CPU and runs the plain code after it up to the next step. Throws a
   * `VerifyFault`, or what the code throws.
   */
  execute(thread: number, choice: number): void {
    const cpu = this.cpus[thread] as VerifyCpu;
    const { words } = this;
    const { op, word } = cpu;
    let value = 0;
    if (word >= 0 && op <= opcode.acquire) this.shared.check(word);
    switch (op) {
      case opcode.load:
      case opcode.awaitChange:
      case opcode.awaitOwner:
        value = words[word] as number;
        break;
      case opcode.store:
      case opcode.swap:
        value = words[word] as number;
        words[word] = cpu.a;
        break;
      case opcode.add:
        value = words[word] as number;
        words[word] = value + cpu.a;
        break;
      case opcode.and:
        value = words[word] as number;
        words[word] = value & cpu.a;
        break;
      case opcode.or:
        value = words[word] as number;
        words[word] = value | cpu.a;
        break;
      case opcode.cas:
        value = words[word] as number;
        if (value === cpu.a) words[word] = cpu.b;
        break;
      case opcode.acquire:
        value = words[word] as number;
        words[word] = cpu.b;
        break;
      case opcode.decide:
        this.mode[thread] = choice;
        if (choice !== deviation.none && this.mayRunOut(thread)) {
          cpu.ranOutAt = word;
          cpu.ranOutWith = cpu.a;
        }
        this.await(thread, this.decided[thread] as number);
        return;
      case opcode.park:
        if (words[word] === cpu.a) {
          this.fallAsleep(thread, choice);
          return;
        }
        value = 1;
        break;
      case opcode.parked:
        value = this.leavePark(thread);
        break;
      case opcode.wake:
        value = this.sleepers.wake(word, cpu.a);
        break;
      case opcode.isRunning:
        value = choice === 0 && this.isOnCpu(cpu.a) ? 1 : 0;
        break;
      case opcode.isPreempted:
      case opcode.needsReschedule:
        value = choice;
        break;
      case opcode.past:
        value = choice;
        if (choice !== 0) cpu.time = cpu.a + 1;
        break;
      case opcode.pause:
        cpu.seen = 0;
        break;
      case opcode.end:
        this.running[thread] = 0;
        this.live &= ~(1 << thread);
        return;
      default:
        value = stepInFrames(cpu, this.shared, this.contents);
    }
    if (word >= 0 && op <= opcode.acquire) {
      this.shared.mark(word);
      this.accesses.look(cpu, words);
    }
    this.mode[thread] = deviation.none;
    this.value = value;
    this.resume(thread, value);
  }

  /** Gives the last step's value to the code, runs it to its next step or its end, and notes what that touches. */
  private resume(thread: number, first: number): void {
    const cpu = this.cpus[thread] as VerifyCpu;
    const stack = this.stacks[thread] as Frame[];
    let depth = this.depth[thread] as number;
    let given = first;
    let locals = 0;
    this.conditional &= ~(1 << thread);
    while (depth > 0) {
      const next = (stack[depth - 1] as Frame).next(given);
      if (next.done === true) {
        if (cpu.made !== 0) throw cpu.notYielded();
        depth--;
        given = next.value ?? 0;
        continue;
      }
      const yielded: Step | Frame = next.value;
      if ((yielded as unknown) === cpu) {
        cpu.made = 0;
        if (cpu.op === opcode.pause && cpu.seen === 0) cpu.op = opcode.local;
        if (cpu.op === opcode.local) {
          given = cpu.a;
          if (++locals > mostLocalSteps) {
            throw new VerifyFault('livelock', `cpu ${thread} goes round without touching a word`);
          }
          continue;
        }
        this.depth[thread] = depth;
        this.stand(thread);
        return;
      }
      if (cpu.made !== 0) throw cpu.notYielded();
      if (!isFrame(yielded)) {
        throw new VerifyFault(
          'thrown',
          `cpu ${thread}: yield of a ${typeof yielded}, which is not a step`,
        );
      }
      stack[depth++] = yielded;
      given = 0;
    }
    this.depth[thread] = 0;
    cpu.op = opcode.end;
    this.accesses.note(cpu);
  }

  /** The CPU has reached a step. */
  private stand(thread: number): void {
    const cpu = this.cpus[thread] as VerifyCpu;
    const { op } = cpu;
    if (op === opcode.awaitChange || op === opcode.awaitOwner || op === opcode.pause) {
      if (this.deviating || (op === opcode.awaitChange && cpu.b !== 0)) {
        this.decided[thread] = op;
        cpu.op = opcode.decide;
        this.accesses.note(cpu);
      } else {
        this.await(thread, op);
      }
      return;
    }
    this.accesses.note(cpu);
    if (op === opcode.acquire) this.mayWait(thread);
  }

  private await(thread: number, op: number): void {
    const cpu = this.cpus[thread] as VerifyCpu;
    cpu.op = op;
    this.accesses.note(cpu);
    this.mayWait(thread);
  }

  private mayWait(thread: number): void {
    this.conditional |= 1 << thread;
    if (this.property.waits !== undefined && !this.isReady(thread)) this.property.waits(thread);
  }

  private isOnCpu(thread: number): boolean {
    return this.running[thread] === 1;
  }

  private fallAsleep(thread: number, choice: number): void {
    const cpu = this.cpus[thread] as VerifyCpu;
    cpu.op = opcode.parked;
    this.mode[thread] = choice;
    this.running[thread] = 0;
    this.sleepers.add(thread, cpu.word);
    this.accesses.note(cpu);
    this.mayWait(thread);
  }

  private leavePark(thread: number): number {
    const mode = this.mode[thread];
    const timedOut =
      mode === deviation.timeout || (mode === deviation.none && !this.sleepers.isWoken(thread));
    this.running[thread] = 1;
    this.sleepers.remove(thread);
    return timedOut ? 2 : 0;
  }
}

const isFrame = (yielded: Step | Frame | null | undefined): yielded is Frame =>
  typeof (yielded as Frame | undefined)?.next === 'function';
