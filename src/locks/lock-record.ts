import type { Cpu } from '../machine/cpu.js';
import { structureWords, type Layout } from '../machine/layout.js';
import { lockClasses } from '../machine/lock-class.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';

/** What can be found wrong with a lock while it is used; bits of a fault word. */
export const lockFault = {
  /** A writer found another one inside, or its own mark gone. */
  twoWriters: 1,
  /** A reader found a writer inside. */
  readerWithWriter: 2,
  /** A holder slept although the lock says that its holder may not. */
  slept: 4,
} as const;

const faultTexts: ReadonlyArray<readonly [number, string]> = [
  [lockFault.twoWriters, 'two holders were inside at once'],
  [lockFault.readerWithWriter, 'a reader and a writer were inside at once'],
  [lockFault.slept, 'a holder slept although this lock does not allow it'],
];

/** Offset of the fault words behind the section counts, in a thread's words. */
const faultWords = 16;

interface Named {
  readonly name: string;
  readonly classIndex: number;
}

interface Counted {
  readonly classIndex: number;
  readonly counter: number;
}

/**
 * What all locks of one world found wrong, and what each thread expects of their protected counters.
 * Every thread writes only words of its own, so recording costs no shared line. Each write section bumps
 * its lock's protected counter with a plain load and store: a lost update shows that two were inside.
 */
export class LockRecord {
  private readonly base: number;
  private readonly threads: number;
  private readonly named: Named[] = [];
  private readonly counted: Counted[] = [];

  constructor(layout: Layout, threads: number) {
    this.base = layout.allocate(threads * structureWords);
    this.threads = threads;
  }

  /** Adds a lock's protected counter to what `check` compares. Called while the model is assembled. */
  count(name: string, classIndex: number, counter: number): void {
    this.name(name, classIndex);
    this.counted.push({ classIndex, counter });
  }

  /** Adds a lock's name to those that a class is reported under. */
  name(name: string, classIndex: number): void {
    this.named.push({ name, classIndex });
  }

  /** Where a thread counts its write sections of one class of locks. */
  sectionWord(thread: number, classIndex: number): number {
    return this.base + thread * structureWords + classIndex;
  }

  /** Notes a fault (`lockFault`) of the calling thread; throws only if the engine wants to go no further. */
  *report(cpu: Cpu, classIndex: number, fault: number): Steps {
    const word = this.sectionWord(cpu.id, classIndex) + faultWords;
    yield cpu.set(word, (yield cpu.get(word)) | fault);
    if (fault !== lockFault.slept) cpu.task.onExclusionFault?.();
  }

  /** How the model sleeps: as `cpu.sleep`, and notes a fault if a held lock forbids it. */
  *sleep(cpu: Cpu, ns: number): Steps {
    if (cpu.task.noSleepDepth !== 0) {
      yield this.report(cpu, cpu.task.noSleepClass, lockFault.slept);
    }
    yield cpu.sleep(ns);
  }

  /** What was seen to be wrong while threads ran, as sentences; also right in the middle of a run. */
  seen(memory: Memory): string[] {
    const broken: string[] = [];
    for (const [classIndex] of lockClasses.entries()) {
      let faults = 0;
      for (let thread = 0; thread < this.threads; thread++) {
        faults |= memory.get(this.sectionWord(thread, classIndex) + faultWords);
      }
      for (const [bit, text] of faultTexts) {
        if ((faults & bit) !== 0) broken.push(`${this.#name(classIndex)}: ${text}`);
      }
    }
    return broken;
  }

  /** Everything found wrong, as sentences. Called when all threads have ended. */
  check(memory: Memory): string[] {
    const broken = this.seen(memory);
    for (const [classIndex] of lockClasses.entries()) {
      const counted = this.counted.filter((lock) => lock.classIndex === classIndex);
      let expected = 0;
      for (let thread = 0; thread < this.threads; thread++) {
        expected = (expected + memory.get(this.sectionWord(thread, classIndex))) | 0;
      }
      const found = counted.reduce((sum, lock) => (sum + memory.get(lock.counter)) | 0, 0);
      if (counted.length > 0 && found !== expected) {
        broken.push(
          `${this.#name(classIndex)}: the protected counter lost updates: ${expected >>> 0} exclusive sections ended, ${found >>> 0} were counted`,
        );
      }
    }
    return broken;
  }

  #name(classIndex: number): string {
    const ofClass = this.named.filter((lock) => lock.classIndex === classIndex);
    const locks = new Set(ofClass.map((lock) => lock.name));
    return [lockClasses[classIndex], ...locks].join(' ');
  }
}
