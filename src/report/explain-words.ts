import type { PartName } from '../explain/explanation.js';
import type { Tone } from './grid.js';

/** How a part is drawn in a bar: also without colour one is told from the other. */
export interface PartLook {
  readonly fill: string;
  readonly tone: Tone;
}

const looks: Readonly<Record<string, PartLook>> = {
  work: { fill: '█', tone: 'good' },
  transfer: { fill: '▓', tone: 'plain' },
  spinning: { fill: '▒', tone: 'bad' },
  asleep: { fill: '░', tone: 'unsure' },
  waking: { fill: '·', tone: 'unsure' },
  wake: { fill: '^', tone: 'plain' },
  shootdown: { fill: '!', tone: 'plain' },
  io: { fill: '=', tone: 'faint' },
  ready: { fill: ':', tone: 'faint' },
  stolen: { fill: 'x', tone: 'bad' },
  interrupted: { fill: '%', tone: 'plain' },
  ended: { fill: '-', tone: 'faint' },
};

const unknownLook: PartLook = { fill: '?', tone: 'plain' };

export const lookOf = ({ kind }: PartName): PartLook => looks[kind] ?? unknownLook;

const kindTexts: Readonly<Record<string, string>> = {
  work: 'work',
  transfer: 'cache-line transfers',
  wake: 'waking others',
  shootdown: 'TLB shootdowns',
  io: 'I/O and sleep',
  ready: 'waiting for a CPU',
  stolen: 'stolen by the host',
  interrupted: 'interrupted by shootdowns',
  ended: 'ended',
};

const waitTexts: Readonly<Record<string, string>> = {
  spinning: 'spinning',
  asleep: 'asleep',
  waking: 'wake-up latency',
};

/** `mmap_lock: spinning`. A kind that this version does not know is shown by the name that it has in the file. */
export function partText({ kind, lockClass }: PartName): string {
  if (lockClass === null) return kindTexts[kind] ?? kind;
  // Whoever sleeps for I/O or until its next turn has to be woken too, and waits for no lock.
  if (lockClass === 'none' && kind === 'waking') return 'wake-up latency after I/O and sleep';
  return `${lockClass === 'none' ? 'other locks' : lockClass}: ${waitTexts[kind] ?? kind}`;
}

/** What is written into a long stretch of a bar: a lock's class, as its fill says only how it is waited for. */
export const stretchText = ({ lockClass }: PartName): string =>
  lockClass === null || lockClass === 'none' ? '' : lockClass;
