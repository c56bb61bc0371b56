import type { LockDefinition } from '../../locks/definition.js';
import { VerifyFault } from './fault.js';
import type { Property } from './subject.js';
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
  private readonly idle: readonly (readonly [offset: number, value: number])[];
  /** By page: threads inside, and how many of them write. */
  private readonly inside: Int32Array;
  private readonly writing: Int32Array;
  private holders = 0;
  /** When each thread's acquisition began, and when it began to wait; 0 if it does not. */
  private readonly begun: Int32Array;
  private readonly waiting: Int32Array;
  private moment = 0;
  /** The range that each thread's acquisition wants, and whether it is to write. */
  private readonly from: Int32Array;
  private readonly to: Int32Array;
  private readonly writes: Uint8Array;
  /** How often thread t was passed by thread p while it waited, at `t * threads + p`. */
  private readonly passed: Int32Array;

  constructor(
    definition: LockDefinition,
    threads: number,
    base: number,
    witness: number,
    pages: number,
    asksFairness: boolean,
  ) {
    this.definition = definition;
    this.threads = threads;
    this.base = base;
    this.idle = definition.idle?.(threads) ?? [];
    this.guarded = new Uint8Array(witness + pages);
    // Readers of a sequence count look at data that is being written.
    if (definition.kind !== 'sequence') this.guarded.fill(1, witness);
    this.inside = new Int32Array(pages);
    this.writing = new Int32Array(pages);
    this.begun = new Int32Array(threads);
    this.waiting = new Int32Array(threads);
    this.from = new Int32Array(threads);
    this.to = new Int32Array(threads);
    this.writes = new Uint8Array(threads);
    this.passed = new Int32Array(threads * threads);
    if (asksFairness) {
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
  begins(cpu: VerifyCpu, write = true): void {
    this.beginsRange(cpu, write, 0, 1);
  }

  beginsRange(cpu: VerifyCpu, write: boolean, start: number, end: number): void {
    cpu.begin();
    cpu.acquiring = this.waits !== undefined;
    this.from[cpu.id] = start;
    this.to[cpu.id] = end;
    this.writes[cpu.id] = write ? 1 : 0;
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
    if (this.waits !== undefined) this.passOthers(cpu.id);
    cpu.acquiring = false;
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
    cpu.begin();
    if (!this.definition.sleeps) cpu.noSleep--;
  }

  isHeld(): boolean {
    return this.holders > 0;
  }

  atEnd(words: Int32Array): void {
    for (const [offset, value] of this.idle) {
      const found = words[this.base + offset] ?? 0;
      if (found === value) continue;
      throw new VerifyFault(
        'not-free',
        `all threads have ended, and word ${offset} of the lock holds ${found} instead of ${value}`,
      );
    }
  }

  /** A reader has been told that what it read is whole, the same in all places. */
  reads(cpu: VerifyCpu, one: number, other: number): void {
    if (one === other) return;
    throw new VerifyFault('torn', `thread ${cpu.id} was told that ${one} and ${other} are whole`);
  }

  /** Counts whom the thread passed that was waiting when it came. */
  private passOthers(thread: number): void {
    const begun = this.begun[thread] as number;
    for (let other = 0; other < this.threads; other++) {
      const since = this.waiting[other] as number;
      if (since === 0 || since > begun || !this.conflict(thread, other)) continue;
      if (increase(this.passed, other * this.threads + thread, 1) < 2) continue;
      throw new VerifyFault('unfair', `thread ${thread} has passed thread ${other} twice`);
    }
  }

  /** The two exclude each other. */
  private conflict(one: number, other: number): boolean {
    const apart =
      (this.to[one] as number) <= (this.from[other] as number) ||
      (this.to[other] as number) <= (this.from[one] as number);
    return !apart && ((this.writes[one] as number) | (this.writes[other] as number)) !== 0;
  }
}

/** Adds to an entry and gives what it then holds. */
function increase(counts: Int32Array, index: number, by: number): number {
  const value = (counts[index] as number) + by;
  counts[index] = value;
  return value;
}
