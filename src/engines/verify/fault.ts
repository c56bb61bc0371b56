/** What can be found wrong, and what it is called on the screen. */
export const faultKinds = {
  exclusion: 'two holders at once',
  deadlock: 'deadlock',
  'lost-wakeup': 'lost wake-up',
  torn: 'takes for whole what is torn',
  invariant: 'leaves the address space broken',
  order: 'locks are taken in a circle',
  freed: 'touches what was freed',
  'not-free': 'not free at the end',
  unfair: 'unfair though it says it is fair',
  slept: 'a holder sleeps where it may not',
  forgotten: 'a step without a yield',
  thrown: 'throws',
  livelock: 'goes round without end',
} as const;

export type FaultKind = keyof typeof faultKinds;

/** Thrown by a program, a step or a property while an execution goes on; ends it. */
export class VerifyFault extends Error {
  readonly kind: FaultKind;

  constructor(kind: FaultKind, message: string) {
    super(message);
    this.name = 'VerifyFault';
    this.kind = kind;
  }
}

/** A fault and the way to it: which CPU took each step, and with which deviation. */
export interface FoundFault {
  readonly kind: FaultKind;
  readonly message: string;
  readonly schedule: readonly ScheduledStep[];
}

export interface ScheduledStep {
  readonly thread: number;
  /** A value of `deviation`. */
  readonly choice: number;
}

/** What any exception of an execution says. */
export function asFault(error: unknown): VerifyFault {
  if (error instanceof VerifyFault) return error;
  return new VerifyFault('thrown', error instanceof Error ? error.message : String(error));
}
