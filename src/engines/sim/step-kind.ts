/**
 * The steps of `Cpu` as small integers, for the simulator's switch. Those before `firstVisible` neither see nor change
 * what another CPU could: they only take time, so they need not be put in order with what others do.
 */
export const stepKind = {
  get: 0,
  now: 1,
  pause: 2,
  work: 3,
  zero: 4,
  load: 5,
  store: 6,
  swap: 7,
  add: 8,
  and: 9,
  or: 10,
  cas: 11,
  read: 12,
  write: 13,
  awaitChange: 14,
  awaitOwner: 15,
  acquire: 16,
  park: 17,
  copy: 18,
  peek: 19,
  poke: 20,
  wake: 21,
  isRunning: 22,
  isPreempted: 23,
  needsReschedule: 24,
  preemption: 25,
  past: 26,
  sleep: 27,
  shootdown: 28,
} as const;

export const firstVisible = stepKind.load;
/** Steps from the first visible one to this are over when they have their line. */
export const lastOfWord = stepKind.write;
/** Steps from the first visible one to this need a cache line. */
export const lastOfLine = stepKind.park;
/** Steps from the one after that to this touch the contents of frames. */
export const lastOfFrames = stepKind.poke;
