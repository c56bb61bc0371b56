/** What a lock did, counted per thread and per lock class. All fields are event counts. */
export class Counters {
  acquisitions = 0;
  /** Acquisitions that had to wait: they spun, or slept, at least once. */
  contended = 0;
  /** Times a waiter began to spin (on the lock word or on its owner). */
  spins = 0;
  /** Times a spinner gave up its CPU for a moment because its budget ran out. Counted by the engine. */
  spinYields = 0;
  sleeps = 0;
  /** Acquisitions that passed a waiter which was already queued. */
  steals = 0;
  handoffs = 0;
  retries = 0;
  fallbacks = 0;
  /** Times a spinner stopped believing that an owner runs, because its heartbeat stood still. */
  ownerLost = 0;
}

/** What the model did, counted per thread. All fields are event counts. */
export class Events {
  /** Faults that found their page present. */
  spurious = 0;
  /** Faults that waited for I/O. */
  majorFaults = 0;
  copyOnWrite = 0;
  /** Operations that found no free frame, and so did nothing. */
  outOfMemory = 0;
  /** Times a fault or a GUP dropped `mmap_lock` and started again. */
  ioRetries = 0;
  /** Times a long operation dropped `mmap_lock` at its `hold_limit` and took it again. */
  holdBreaks = 0;
  shootdowns = 0;
  pagesPinned = 0;
  gupFastMisses = 0;
  pagesReclaimed = 0;
  notifierCalls = 0;
  breakpointsInstalled = 0;
  probeHits = 0;
  /** Executions of a probed instruction before its breakpoint was there (uprobes `deferred`). */
  missedHits = 0;
  /** Breakpoints not installed because their mapping had gone when the lock was taken again (uprobes `deferred`). */
  probeFillsDropped = 0;
  epochFrees = 0;
}
