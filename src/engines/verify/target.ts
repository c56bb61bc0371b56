import type { Scenario } from './lock-scenarios.js';
import type { Subject } from './subject.js';

/** How many threads do how many rounds each. */
export interface Size {
  readonly threads: number;
  readonly rounds: number;
}

/** What is verified: a lock, or how a strategy locks an address space. */
export interface Target {
  readonly name: string;
  /** What is explored unless something else is asked for. */
  readonly sizes: readonly Size[];
  /** Empty if there are none for so many threads. */
  scenarios(size: Size): readonly Scenario[];
  /** The programs of a scenario. Throws if the target cannot do what it asks. */
  subject(scenario: Scenario): Subject;
  /** A hash of its code, which tells whether a saved interleaving was found in this text. */
  textHash(): string;
}
