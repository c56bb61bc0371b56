import type { LockDefinition } from '../../locks/definition.js';
import { VerifyFault } from './fault.js';
import type { Property } from './machine.js';
import type { VerifyCpu } from './verify-cpu.js';

/**
 * What must hold of every lock: no two inside that may not be, nobody passed twice by the same thread if it
 * says that it is fair, no sleep of a holder that may not, and its idle words at the end.
 *
 * "Inside at once" is judged twice: by who is inside at this moment, and by the explorer, for which two
 * sections that the lock does not order are inside at once in some interleaving like this one.
 */
export class LockProperty implements Property {
  readonly guarded: Uint8Array;
  readonly waits?: (thread: number) => void;
  private readonly definition: LockDefinition;
  private readonly threads: number;
  private readonly base: number;
  /** By page: threads inside, and how many of them write. */
  private readonly inside: Int32Array;
  private readonly writing: Int32Array;
  private holders = 0;
  /** When each thread's acquisition began, and when it began to wait; 0 if it does not. */
  private readonly begun: Int32Array;
  private readonly waiting: Int32Array;
  private moment = 0;
  /** How often thread t was passed by thread p while it waited, at `t * threads + p`. */
  private readonly passed: Int32Array;

  constructor(
    definition: LockDefinition,
    threads: number,
    base: number,
    witness: number,
    pages: number,
  ) {
    this.definition = definition;
    this.threads = threads;
    this.base = base;
    this.guarded = new Uint8Array(witness + pages).fill(1, witness);
    this.inside = new Int32Array(pages);
    this.writing = new Int32Array(pages);
    this.begun = new Int32Array(threads);
    this.waiting = new Int32Array(threads);
    this.passed = new Int32Array(threads * threads);
    if (definition.fair) {
      this.waits = (thread) => {
        if (this.begun[thread] !== 0 && this.waiting[thread] === 0) {
          this.waiting[thread] = ++this.moment;
        }
      };
    }
  }

  reset(): void {
    this.inside.fill(0);
    this.writing.fill(0);
    this.holders = 0;
    this.begun.fill(0);
    this.moment = 0;
    this.waiting.fill(0);
  }

  /** The thread begins to acquire the lock. */
  begins(cpu: VerifyCpu): void {
    // What it has touched before is nothing that it could spin for.
    cpu.seen = 0;
    this.begun[cpu.id] = ++this.moment;
    this.passed.fill(0, cpu.id * this.threads, (cpu.id + 1) * this.threads);
  }

  enters(cpu: VerifyCpu, write: boolean): void {
    this.entersRange(cpu, write, 0, 1);
  }

  entersRange(cpu: VerifyCpu, write: boolean, start: number, end: number): void {
    this.holders++;
    if (!this.definition.sleeps) cpu.noSleep++;
    for (let page = start; page < end; page++) {
      const inside = increase(this.inside, page, 1);
      const writing = increase(this.writing, page, write ? 1 : 0);
      if (inside > 1 && writing > 0) {
        throw new VerifyFault('exclusion', `thread ${cpu.id} came in while another was inside`);
      }
    }
    if (this.waits !== undefined && this.definition.kind !== 'range') this.passOthers(cpu.id);
    this.begun[cpu.id] = 0;
    this.waiting[cpu.id] = 0;
  }

  leaves(write: boolean): void {
    this.leavesRange(write, 0, 1);
  }

  leavesRange(write: boolean, start: number, end: number): void {
    this.holders--;
    for (let page = start; page < end; page++) {
      increase(this.inside, page, -1);
      increase(this.writing, page, write ? -1 : 0);
    }
  }

  /** A writer inside lets readers in from now on. */
  turnsReader(): void {
    increase(this.writing, 0, -1);
  }

  /** What a reader that was a writer before finds in the word that it wrote. */
  finds(cpu: VerifyCpu, value: number): void {
    if (value === cpu.id + 1) return;
    throw new VerifyFault(
      'exclusion',
      `thread ${value - 1} wrote while thread ${cpu.id} turned its write lock into a read lock`,
    );
  }

  /** The release has returned. */
  released(cpu: VerifyCpu): void {
    cpu.seen = 0;
    if (!this.definition.sleeps) cpu.noSleep--;
  }

  isHeld(): boolean {
    return this.holders > 0;
  }

  atEnd(words: Int32Array): void {
    for (const [offset, value] of this.definition.idle?.(this.threads) ?? []) {
      const found = words[this.base + offset] ?? 0;
      if (found === value) continue;
      throw new VerifyFault(
        'not-free',
        `all threads have ended, and word ${offset} of the lock holds ${found} instead of ${value}`,
      );
    }
  }

  /** Counts whom the thread passed that was waiting when it came. */
  private passOthers(thread: number): void {
    const begun = this.begun[thread] as number;
    for (let other = 0; other < this.threads; other++) {
      const since = this.waiting[other] as number;
      if (since === 0 || since > begun) continue;
      if (increase(this.passed, other * this.threads + thread, 1) < 2) continue;
      throw new VerifyFault('unfair', `thread ${thread} has passed thread ${other} twice`);
    }
  }
}

/** Adds to an entry and gives what it then holds. */
function increase(counts: Int32Array, index: number, by: number): number {
  const value = (counts[index] as number) + by;
  counts[index] = value;
  return value;
}
