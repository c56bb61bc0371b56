import type { Machine } from '../system/machine.js';

export type Verdict =
  /** As a lock benchmark wants it. */
  | 'good'
  /** Makes figures of locks vary, or differ from another day's. */
  | 'noisy'
  /** Could not be read. */
  | 'unknown'
  /** Neither good nor bad, but a reader of results should know it. */
  | 'information';

/** What one check found on a machine. */
export interface Finding {
  readonly check: string;
  readonly verdict: Verdict;
  /** What was found; of what is unknown, why it could not be read. */
  readonly value: string;
  /** What it has to do with benchmarks of locks, in a sentence. */
  readonly why: string;
  /** Of what is noisy: the finding as a part of a sentence, `governor is powersave`; else ''. */
  readonly brief: string;
  /** What would change it; null where nothing needs to. */
  readonly remedy: Remedy | null;
}

/** A command, a remark on it or in its place, or both. mmlock itself changes nothing. */
export interface Remedy {
  readonly command: string | null;
  readonly remark: string;
}

/** Looks at one thing. Reads only, never throws, and says `unknown` where it would have to guess. */
export type Check = (machine: Machine) => Finding;

/** What a check is called, and why it looks. */
export interface About {
  readonly check: string;
  readonly why: string;
}

const plain = { brief: '', remedy: null } as const;

export const good = (about: About, value: string): Finding => ({
  ...about,
  verdict: 'good',
  value,
  ...plain,
});

export const information = (about: About, value: string): Finding => ({
  ...about,
  verdict: 'information',
  value,
  ...plain,
});

export const unknown = (about: About, why: string): Finding => ({
  ...about,
  verdict: 'unknown',
  value: why,
  ...plain,
});

export const noisy = (about: About, value: string, brief: string, remedy: Remedy): Finding => ({
  ...about,
  verdict: 'noisy',
  value,
  brief,
  remedy,
});
