import { opcode } from './opcodes.js';
import type { VerifyCpu } from './verify-cpu.js';

/** Cells that one step can touch; only a pause touches more than four. */
const most = 64;

/**
 * Which cells the step of each CPU touches, and whether it changes them. A cell is what steps can conflict
 * over: a word, the queue of those parked on a word, whether a thread runs, how far its acquisition is, a frame.
 */
export class Accesses {
  /** How many cells there are. */
  readonly cells: number;
  /** How many the step of CPU t touches. */
  readonly count: Int32Array;
  private readonly threads: number;
  private readonly words: number;
  /** `cell << 1 | 1 if it changes it`, from `t * most`. */
  private readonly list: Int32Array;
  /** Words that CPU t touched since its last pause, and what they held then: `cpu.seen` pairs from `2 * t * most`. */
  private readonly seen: Int32Array;

  constructor(threads: number, words: number, frames: number) {
    this.threads = threads;
    this.words = words;
    this.cells = 2 * words + 2 * threads + frames;
    this.count = new Int32Array(threads);
    this.list = new Int32Array(threads * most);
    this.seen = new Int32Array(threads * most * 2);
  }

  /** The cell of the `i`-th access of the step of CPU `thread`. */
  cell(thread: number, i: number): number {
    return (this.list[thread * most + i] as number) >> 1;
  }

  /** 1 if that access can change the cell. */
  mayChange(thread: number, i: number): number {
    return (this.list[thread * most + i] as number) & 1;
  }

  /** Writes down which cells the CPU's step touches. */
  note(cpu: VerifyCpu): void {
    const { id: thread, word } = cpu;
    switch (cpu.op) {
      case opcode.load:
      case opcode.awaitChange:
      case opcode.read:
        this.touch(thread, word, 0);
        break;
      case opcode.awaitOwner:
        this.touch(thread, word, 0);
        this.touchAlso(thread, this.runningCell(cpu.b), 0);
        break;
      case opcode.park:
        this.touch(thread, word, 0);
        this.touchAlso(thread, this.words + word, 1);
        this.touchAlso(thread, this.runningCell(thread), 1);
        break;
      case opcode.parked:
        this.touch(thread, this.words + word, 1);
        this.touchAlso(thread, this.runningCell(thread), 1);
        break;
      case opcode.wake:
        this.touch(thread, this.words + word, 1);
        break;
      case opcode.end:
        this.touch(thread, this.runningCell(thread), 1);
        break;
      case opcode.isRunning:
        this.touch(thread, this.runningCell(cpu.a), 0);
        break;
      case opcode.come:
        this.count[thread] = 0;
        for (let other = 0; other < this.threads; other++) {
          if (other !== thread) this.touchAlso(thread, this.progressCell(other), 1);
        }
        break;
      case opcode.decide:
      case opcode.isPreempted:
      case opcode.needsReschedule:
      case opcode.past:
        this.count[thread] = 0;
        break;
      case opcode.pause:
        this.count[thread] = 0;
        for (let i = 0; i < cpu.seen; i++) {
          this.touchAlso(thread, this.seen[2 * (thread * most + i)] as number, 0);
        }
        break;
      case opcode.peek:
        this.touch(thread, this.frameCell(word), 0);
        break;
      case opcode.zero:
      case opcode.poke:
        this.touch(thread, this.frameCell(word), 1);
        break;
      case opcode.copy:
        this.touch(thread, this.frameCell(word), 1);
        this.touchAlso(thread, this.frameCell(cpu.a), 0);
        break;
      default:
        this.touch(thread, word, 1);
    }
    if (cpu.acquiring) this.touchAlso(thread, this.progressCell(thread), 0);
  }

  private touch(thread: number, cell: number, changed: number): void {
    this.list[thread * most] = (cell << 1) | changed;
    this.count[thread] = 1;
  }

  private touchAlso(thread: number, cell: number, changed: number): void {
    const count = this.count[thread] as number;
    this.list[thread * most + count] = (cell << 1) | changed;
    this.count[thread] = count + 1;
  }

  private runningCell(thread: number): number {
    return 2 * this.words + thread;
  }

  /** Looked at by the thread's own steps, and changed by those who come meanwhile. */
  private progressCell(thread: number): number {
    return 2 * this.words + this.threads + thread;
  }

  private frameCell(frame: number): number {
    return 2 * this.words + 2 * this.threads + frame;
  }

  /** Remembers what a word held when this CPU last touched it, for its next pause. */
  look(cpu: VerifyCpu, words: Int32Array): void {
    const { id: thread, word } = cpu;
    const count = cpu.seen;
    const base = 2 * thread * most;
    let at = base;
    const end = base + 2 * count;
    while (at < end && this.seen[at] !== word) at += 2;
    if (at === end) {
      if (count === most - 2) return;
      cpu.seen = count + 1;
      this.seen[at] = word;
    }
    this.seen[at + 1] = words[word] as number;
  }

  /** One of the words that this CPU touched since its last pause holds something else by now. */
  hasSeenChange(cpu: VerifyCpu, words: Int32Array): boolean {
    const base = 2 * cpu.id * most;
    const end = base + 2 * cpu.seen;
    for (let at = base; at < end; at += 2) {
      if (words[this.seen[at] as number] !== this.seen[at + 1]) return true;
    }
    return false;
  }
}
