/** The types that a lock file names in its JSDoc. A lock file imports nothing when it runs. */
export type {
  LockDefinition,
  Mutex,
  MutexDefinition,
  RangeDefinition,
  RangeLock,
  ReadWriteDefinition,
  ReadWriteLock,
  SequenceCount,
  SequenceDefinition,
} from './locks/definition.js';
export type { Counters, Events } from './machine/counters.js';
export type { Cost, Cpu } from './machine/cpu.js';
export type { Memory } from './machine/memory.js';
export type { Random } from './machine/random.js';
export type { Step, Steps } from './machine/steps.js';
export type { Task } from './machine/task.js';
