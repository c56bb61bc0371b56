import { Counters, Events } from './counters.js';
import { lockClasses } from './lock-class.js';
import { numberField } from './number-field.js';

/**
 * What one thread remembers between steps functions: more than one result of a call, and what `Observed`
 * measures. Private to the thread, so plain fields. Every field is a number from the start, so the shape
 * of the object never changes.
 */
export class Task {
  /** Index of the process, and so of the address space, this thread works in. */
  process = 0;

  /** Counters of each lock class, by `lockClassIndex`. */
  readonly counters: readonly Counters[] = lockClasses.map(() => new Counters());
  readonly events = new Events();

  /** `now()` of the first wait of the acquisition in progress; 0 while it has not waited. Set by the engine. */
  blockedAt = numberField;
  /** `now()` of the first wait of the operation in progress; 0 while none of its acquisitions has waited. */
  operationBlockedAt = numberField;
  /** ns spent waiting for locks in the operation in progress. */
  waitedNs = numberField;
  /** 1 while the operation in progress is timed, so that `Observed` times holds too. */
  sampled = 0;
  /** The longest stretch, in ns, in which the operation in progress held one lock; a downgrade or a drop for I/O ends a stretch. */
  holdNs = numberField;
  /**
   * `now()` at which a held lock was acquired, by `2 * lockClassIndex + nested`; 0 when it is not held or
   * the operation is not timed. Two of a class are held at once only in fork (the child's is nested).
   */
  readonly heldSince = new Float64Array(2 * lockClasses.length);
  /** How many locks whose holder may not sleep this thread holds now. */
  noSleepDepth = 0;
  /** How many of them are a strategy's: these forbid I/O and notifiers, but not waiting for an inner lock. */
  noSleepObserved = 0;
  /** `lockClassIndex` of the last of them. */
  noSleepClass = 0;

  /** Called when a lock is seen to have let in someone it should keep out; set by an engine that goes no further then. */
  onExclusionFault: (() => void) | undefined = undefined;

  /** Second results of steps functions, named by what they carry. */
  /** The VMA that a fault has locked, or whose snapshot it works on; 0: it relies on `mmap_lock`. */
  vma = 0;
  /** The page of that fault, and the sequence count under which the snapshot was taken. */
  page = 0;
  sequence = 0;
  /** What of a range the VMA maps that `VmaIndex.next` gave: pages, `to` exclusive. */
  from = 0;
  to = 0;
  /** Set to 1 by whoever waited for a device; zeroed by who wants to know. */
  didIo = 0;

  constructor() {
    this.blockedAt = 0;
    this.operationBlockedAt = 0;
    this.waitedNs = 0;
    this.holdNs = 0;
  }
}
