/**
 * What a CPU of the checker stands before. Steps that concern only their own CPU are `local` and no point at
 * which another may come in between; `decide`, `parked`, `end` and `come` have no method of `Cpu`.
 */
export const opcode = {
  local: 0,
  load: 1,
  store: 2,
  swap: 3,
  add: 4,
  and: 5,
  or: 6,
  cas: 7,
  awaitChange: 8,
  awaitOwner: 9,
  acquire: 10,
  park: 11,
  /** Asleep in `park`. */
  parked: 12,
  wake: 13,
  isRunning: 14,
  isPreempted: 15,
  needsReschedule: 16,
  past: 17,
  pause: 18,
  read: 19,
  write: 20,
  zero: 21,
  copy: 22,
  peek: 23,
  poke: 24,
  /** Whether the wait that follows will end though nothing has changed. */
  decide: 25,
  /** The thread has left its CPU for good. */
  end: 26,
  /** The thread comes to acquire a lock that is to be fair. */
  come: 27,
} as const;

export const opcodeNames: readonly string[] = Object.keys(opcode);

/** How a step departs from what was to be expected; 0 is that it does not. */
export const deviation = { none: 0, early: 1, timeout: 2 } as const;
