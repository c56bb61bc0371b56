/**
 * The steps of `Cpu` as small integers, for the simulator's switch. Those before `firstVisible` neither see nor change
 * what another CPU could: they only take time, so they need not be put in order with what others do.
 */
export const stepKind = {
  get: 0,
  now: 2,
  pause: 3,
  work: 4,
  zero: 5,
  copy: 6,
  peek: 7,
  poke: 8,
  load: 9,
  store: 10,
  swap: 11,
  add: 12,
  and: 13,
  or: 14,
  cas: 15,
  read: 16,
  write: 17,
  awaitChange: 18,
  awaitOwner: 19,
  acquire: 20,
  park: 21,
  wake: 22,
  isRunning: 23,
  isPreempted: 24,
  needsReschedule: 25,
  preemption: 26,
  past: 27,
  sleep: 28,
  shootdown: 29,
} as const;

export const firstVisible = stepKind.load;
/** Steps from the first visible one to this need a cache line. */
export const lastOfLine = stepKind.park;
