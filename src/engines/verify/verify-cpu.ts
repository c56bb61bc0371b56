import { Counters } from '../../machine/counters.js';
import type { Cpu } from '../../machine/cpu.js';
import { pageWords } from '../../machine/layout.js';
import type { Memory } from '../../machine/memory.js';
import { deriveSeed, Random } from '../../machine/random.js';
import type { Step } from '../../machine/steps.js';
import { Task } from '../../machine/task.js';
import { VerifyFault } from './fault.js';
import { opcode, opcodeNames } from './opcodes.js';

/** How often a deadline may be found not to have passed yet: time goes on, so no CPU can ask for ever. */
const patience = 2;

/** What there is. */
export interface Extent {
  readonly threads: number;
  readonly words: number;
  readonly frames: number;
  /** False: nothing unexpected ever happens, so questions about it are local steps. */
  readonly deviating: boolean;
}

/**
 * One CPU of the checker. A method only writes down what the step is, in the fields below; the machine
 * executes it when the explorer picks this CPU. There is one step at a time, so nothing is allocated.
 */
export class VerifyCpu implements Cpu {
  readonly id: number;
  /** Neighbours are on different sockets, of which there are two. */
  readonly node: number;
  count = new Counters();
  readonly memory: Memory;

  /** The step this CPU stands before. */
  op: number = opcode.end;
  word = 0;
  /** First and second argument besides the word. For a local step, `a` is its value. */
  a = 0;
  b = 0;
  /** 1 from the call of a method until its step is yielded. */
  made = 0;
  /** Locks whose holder may not sleep that this thread holds. */
  noSleep = 0;
  /** How many words it has touched since its last pause, which ends when one of them has changed. */
  seen = 0;
  /** It is acquiring a lock that is to be fair, so it matters who comes before which of its steps. */
  acquiring = false;
  /** The word and the value with which a wait of this CPU last ran out, as nothing but its own choice; -1: none. */
  ranOutAt = -1;
  ranOutWith = 0;
  /** The clock of this CPU, ns. It moves only when a deadline is said to have passed. */
  time = 1;

  private readonly extent: Extent;
  private asked = 0;
  private lastDeadline = 0;
  private currentTask: Task | undefined;
  private currentRandom: Random | undefined;

  constructor(id: number, memory: Memory, extent: Extent) {
    this.id = id;
    this.node = id % 2;
    this.memory = memory;
    this.extent = extent;
  }

  /** As at the start of an execution. */
  reset(): void {
    this.op = opcode.end;
    this.made = 0;
    this.noSleep = 0;
    this.begin();
    this.acquiring = false;
    this.time = 1;
    this.asked = 0;
    this.lastDeadline = 0;
    this.currentTask = undefined;
    this.currentRandom = undefined;
  }

  /** As for one who has touched nothing yet that it could spin for. */
  begin(): void {
    this.seen = 0;
    this.ranOutAt = -1;
  }

  get task(): Task {
    return (this.currentTask ??= new Task());
  }

  get random(): Random {
    return (this.currentRandom ??= new Random(deriveSeed(1, this.id)));
  }

  load(word: number): Step {
    return this.at(opcode.load, word, 0, 0);
  }

  store(word: number, value: number): Step {
    return this.at(opcode.store, word, value, 0);
  }

  swap(word: number, value: number): Step {
    return this.at(opcode.swap, word, value, 0);
  }

  add(word: number, value: number): Step {
    return this.at(opcode.add, word, value, 0);
  }

  and(word: number, value: number): Step {
    return this.at(opcode.and, word, value, 0);
  }

  or(word: number, value: number): Step {
    return this.at(opcode.or, word, value, 0);
  }

  cas(word: number, expected: number, value: number): Step {
    return this.at(opcode.cas, word, expected, value);
  }

  get(word: number): Step {
    return this.at(opcode.load, word, 0, 0);
  }

  set(word: number, value: number): Step {
    return this.at(opcode.store, word, value, 0);
  }

  /** Whether others that are acquiring have begun to wait by now depends on when this step is. */
  come(): Step {
    return this.apart(opcode.come, 0);
  }

  pause(): Step {
    return this.apart(opcode.pause, 0);
  }

  awaitChange(word: number, seen: number, timeoutNs = Infinity): Step {
    return this.at(opcode.awaitChange, word, seen, isLimited(timeoutNs));
  }

  awaitOwner(word: number, seen: number, owner: number): Step {
    this.mustBeThread(owner);
    return this.at(opcode.awaitOwner, word, seen, owner);
  }

  acquire(word: number, free: number, taken: number): Step {
    return this.at(opcode.acquire, word, free, taken);
  }

  park(word: number, seen: number, timeoutNs = Infinity): Step {
    this.mustBeAllowedToSleep('park');
    return this.at(opcode.park, word, seen, isLimited(timeoutNs));
  }

  wake(word: number, count: number): Step {
    return this.at(opcode.wake, word, count, 0);
  }

  isRunning(thread: number): Step {
    this.mustBeThread(thread);
    return this.apart(opcode.isRunning, thread);
  }

  isPreempted(thread: number): Step {
    this.mustBeThread(thread);
    return !this.extent.deviating ? this.local(0) : this.apart(opcode.isPreempted, thread);
  }

  needsReschedule(): Step {
    return !this.extent.deviating ? this.local(0) : this.apart(opcode.needsReschedule, 0);
  }

  preemption(): Step {
    return this.local(0);
  }

  now(): Step {
    return this.local(this.time);
  }

  past(deadlineNs: number): Step {
    if (this.time > deadlineNs) return this.local(1);
    this.asked = deadlineNs === this.lastDeadline ? this.asked + 1 : 1;
    this.lastDeadline = deadlineNs;
    if (this.asked > patience) {
      this.time = deadlineNs + 1;
      return this.local(1);
    }
    return !this.extent.deviating ? this.local(0) : this.apart(opcode.past, deadlineNs);
  }

  work(): Step {
    return this.local(0);
  }

  sleep(): Step {
    this.mustBeAllowedToSleep('sleep');
    return this.local(0);
  }

  read(structure: number): Step {
    return this.at(opcode.read, structure, 0, 0);
  }

  write(structure: number): Step {
    return this.at(opcode.write, structure, 0, 0);
  }

  zero(frame: number): Step {
    return this.inFrame(opcode.zero, frame, 0, 0);
  }

  copy(toFrame: number, fromFrame: number): Step {
    this.inFrame(opcode.copy, fromFrame, 0, 0);
    this.made = 0;
    return this.inFrame(opcode.copy, toFrame, fromFrame, 0);
  }

  peek(frame: number, offset: number): Step {
    return this.inFrame(opcode.peek, frame, offset, 0);
  }

  poke(frame: number, offset: number, value: number): Step {
    return this.inFrame(opcode.poke, frame, offset, value);
  }

  shootdown(): Step {
    return this.local(0);
  }

  /** The error of a step that was made and never yielded, so that it would never have happened. */
  notYielded(): VerifyFault {
    const name = this.op === opcode.local ? 'a step' : (opcodeNames[this.op] ?? '');
    return new VerifyFault(
      'forgotten',
      `cpu ${this.id}: ${name} was called without a yield before it; write "yield cpu.…"`,
    );
  }

  private at(op: number, word: number, a: number, b: number): Step {
    if (!(word >= 0 && word < this.extent.words)) {
      throw new VerifyFault(
        'thrown',
        `cpu ${this.id}: ${opcodeNames[op] ?? ''} of word ${word}, but there are words 0 to ${this.extent.words - 1}`,
      );
    }
    this.make(op, a, b);
    this.word = word;
    return asStep(this);
  }

  private inFrame(op: number, frame: number, a: number, b: number): Step {
    if (!(frame >= 0 && frame < this.extent.frames) || !(op === opcode.copy || a < pageWords)) {
      throw new VerifyFault(
        'thrown',
        `cpu ${this.id}: ${opcodeNames[op] ?? ''} of frame ${frame}, but there are ${this.extent.frames}`,
      );
    }
    this.make(op, a, b);
    this.word = frame;
    return asStep(this);
  }

  /** A step that touches no word. */
  private apart(op: number, a: number): Step {
    this.make(op, a, 0);
    this.word = -1;
    return asStep(this);
  }

  private local(value: number): Step {
    return this.apart(opcode.local, value);
  }

  private make(op: number, a: number, b: number): void {
    if (this.made !== 0) throw this.notYielded();
    this.made = 1;
    this.op = op;
    this.a = a;
    this.b = b;
  }

  private mustBeThread(thread: number): void {
    const { threads } = this.extent;
    if (thread >= 0 && thread < threads) return;
    throw new VerifyFault(
      'thrown',
      `cpu ${this.id} asks about cpu ${thread}, but there are cpus 0 to ${threads - 1}`,
    );
  }

  private mustBeAllowedToSleep(name: string): void {
    if (this.noSleep === 0 && (this.currentTask?.noSleepDepth ?? 0) === 0) return;
    throw new VerifyFault(
      'slept',
      `cpu ${this.id}: ${name} while it holds a lock whose holder may not sleep`,
    );
  }
}

const isLimited = (timeoutNs: number): number => (timeoutNs === Infinity ? 0 : 1);

const asStep = (cpu: VerifyCpu): Step => cpu as unknown as Step;
