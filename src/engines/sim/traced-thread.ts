import { timeKind } from './time-account.js';

/** `row` of a thread that is in no operation; `waitsFor` of one that waits for no lock. */
export const noRow = -1;
export const noClass = -1;

/** What a thread is in the middle of. */
export class TracedThread {
  /** It has come to the end of the trace. */
  isDone = false;
  place: number = timeKind.ready;
  stateFrom = 0;
  stateTo = 0;
  row = noRow;
  operationFrom = 0;
  waitsFor = noClass;
  waitFrom = 0;
  /** `Task.blockedAt` of the last wait that was seen. */
  blockedAt = 0;
  readonly heldSince: Float64Array;
  /** What it goes on with when it has a CPU again, and for how long. */
  leftPlace: number = timeKind.work;
  leftNs = 0;
  /** When it had a CPU again. */
  resumedAt = 0;

  constructor(slots: number) {
    this.heldSince = new Float64Array(slots);
  }

  /** The account has a step as done when it begins; one that loses its CPU in the middle does the rest later. */
  interrupt(at: number): void {
    const cut = Math.max(at, this.stateFrom);
    if (this.stateTo <= cut) return;
    this.leftPlace = this.place;
    this.leftNs = this.stateTo - cut;
    this.stateTo = cut;
  }
}
