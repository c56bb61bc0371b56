/** A step that was made and not yet executed: what `InterleavedCpu` hands out and the scheduler runs. */
export class Operation {
  /** The method of `Cpu` it came from. */
  readonly name: string;
  /** The word it touches, or -1. */
  readonly word: number;
  /** Executes it; gives its value, or undefined if the CPU must wait for `ready` and then `finish`. */
  readonly start: () => number | undefined;
  ready: () => boolean = () => true;
  finish: () => number = () => 0;
  /** Virtual time at which it becomes ready whatever else happens; Infinity if none. */
  deadline = Infinity;
  /** While it waits, its thread is not running. */
  offCpu = false;

  constructor(name: string, word: number, start: () => number | undefined) {
    this.name = name;
    this.word = word;
    this.start = start;
  }
}

/** Chances, 0 to 1, of what an engine may do at any time though nothing asks for it. */
export interface Deviations {
  /** `park` returns though no one called `wake`. */
  readonly spuriousWake: number;
  /** `awaitChange` and `awaitOwner` return though nothing changed. */
  readonly earlyReturn: number;
  /** `needsReschedule` says 1. */
  readonly reschedule: number;
  /** `isRunning` says 0 of a thread that runs. */
  readonly ownerLost: number;
}

/** As in "park(word 32)". */
export const describe = (operation: Operation): string =>
  operation.word === -1 ? operation.name : `${operation.name}(word ${operation.word})`;

/** The error of a step that was made and never yielded, so that it would never have happened. */
export const notYielded = (cpu: number, operation: Operation): Error =>
  new Error(
    `cpu ${cpu}: ${describe(operation)} was called without a yield before it; write "yield cpu.${operation.name}(…)"`,
  );
