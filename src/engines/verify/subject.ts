import type { Steps } from '../../machine/steps.js';
import type { VerifyCpu } from './verify-cpu.js';

/** What one CPU runs. Called anew for each execution. */
export type Program = (cpu: VerifyCpu) => Steps | Steps<number>;

/** What is explored: programs over an image of shared memory. */
export interface Subject {
  readonly programs: readonly Program[];
  /** Shared memory at the start of every execution. */
  readonly image: Int32Array;
  /** 4 KiB frames for `zero`, `copy`, `peek`, `poke`: how many, and at which word the content of frame 0 begins. */
  readonly frames?: { readonly count: number; readonly contents: number };
  readonly property?: Property;
  /** What a word is called on the screen. Default: its number. */
  readonly wordName?: (word: number) => string;
}

/**
 * What must hold. Its methods are called in every execution and may throw a `VerifyFault`; what it
 * remembers is its own, and `reset` forgets it.
 */
export interface Property {
  /** An execution begins. */
  reset(): void;
  /** Called when a thread's step finds that it has to wait, again for each step. */
  waits?(thread: number): void;
  /** All programs have ended. */
  atEnd?(words: Int32Array): void;
  /** With nobody able to go on, `true` if the lock is held by someone. */
  isHeld?(): boolean;
  /** 1 for a word whose conflicting accesses must be ordered by the lock: not to be is a fault. */
  readonly guarded?: Uint8Array;
}
