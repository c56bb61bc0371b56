import type { Counters } from './counters.js';
import type { Memory } from './memory.js';
import type { Random } from './random.js';
import type { Step } from './steps.js';
import type { Task } from './task.js';

/** What `park` gives. */
export const parkResult = { woken: 0, differed: 1, timedOut: 2 } as const;

/**
 * What lock and model code may do to shared memory. Every method is one step and must be the operand
 * of a `yield`; properties are private to the calling thread and are used without one.
 *
 * A `word` is an index into the one shared `Int32Array`; its value is a signed 32-bit integer. Every word
 * step gives the value held **before** it. All are sequentially consistent.
 */
export interface Cpu {
  /** The caller's index, 0 to threads - 1. */
  readonly id: number;
  /** The socket this CPU belongs to, from 0. */
  readonly node: number;
  /** Where locks count what they do: `cpu.count.steals++`. `Observed` points it at the class being acquired. */
  count: Counters;
  /** What this thread remembers between steps functions. */
  readonly task: Task;
  readonly random: Random;
  /** Plain access to data that a lock guards; announced by `read` and `write`. */
  readonly memory: Memory;

  load(word: number): Step;
  store(word: number, value: number): Step;
  swap(word: number, value: number): Step;
  add(word: number, value: number): Step;
  and(word: number, value: number): Step;
  or(word: number, value: number): Step;
  /** Stores `value` if the word holds `expected`; it did so if the result equals `expected`. */
  cas(word: number, expected: number, value: number): Step;
  /** Plain load of a word that only this CPU writes, or of a hint. Never spin on it. */
  get(word: number): Step;
  /** Plain store to a word that no one reads before a later atomic of this CPU publishes it. */
  set(word: number, value: number): Step;

  /** A breath in a spin loop: a few ns. */
  pause(): Step;
  /**
   * Spins while the word holds `seen`, at most `timeoutNs`; may return early. Gives the value it last read.
   * With a timeout of 0 it only looks, as a wait: for spinners that have something else to do on each turn.
   */
  awaitChange(word: number, seen: number, timeoutNs?: number): Step;
  /** Spins while the word holds `seen`, `owner` (a CPU index) is running and this CPU need not reschedule; may return early. Gives the value it last read. */
  awaitOwner(word: number, seen: number, owner: number): Step;
  /** Waits by spinning until the word holds `free`, then makes it hold `taken`. For short inner locks, such as a wait_lock. */
  acquire(word: number, free: number, taken: number): Step;
  /** Sleeps while the word holds `seen`, at most `timeoutNs`. Gives a `parkResult`; may be woken for no reason. */
  park(word: number, seen: number, timeoutNs?: number): Step;
  /** Wakes at most `count` threads parked on the word. Gives how many. */
  wake(word: number, count: number): Step;

  /** 1 while that thread is on a CPU (and its vCPU is not preempted), as far as the engine can know. */
  isRunning(thread: number): Step;
  /** 1 while the hypervisor has taken that thread's vCPU away. */
  isPreempted(thread: number): Step;
  /** 1 when the scheduler wants this CPU for someone else. */
  needsReschedule(): Step;
  /** 0 turns preemption of this CPU off, 1 on again; it nests. */
  preemption(on: 0 | 1): Step;
  /** Monotonic time in ns. For recording, and for computing a deadline; costs no virtual time. */
  now(): Step;
  /** 1 once `now()` is past the deadline. The only way to decide by time. */
  past(deadlineNs: number): Step;
  /** Keeps this CPU busy for `ns`. */
  work(ns: number): Step;
  /** Gives up this CPU for `ns`. Not allowed while a lock is held whose holder may not sleep. */
  sleep(ns: number): Step;

  /** The plain code from here to the next step reads the structure whose first word is `structure`; `times` × the profile's `cost`. */
  read(structure: number, cost: Cost, times: number): Step;
  /** As `read`, for plain code that changes the structure. */
  write(structure: number, cost: Cost, times: number): Step;
  /** Zeroes a 4 KiB frame. */
  zero(frame: number): Step;
  copy(toFrame: number, fromFrame: number): Step;
  /** Loads word `offset` (0 to 1023) of a frame's content. */
  peek(frame: number, offset: number): Step;
  /** Stores word `offset` of a frame's content. */
  poke(frame: number, offset: number, value: number): Step;
  /** Tells every other thread of this address space to drop `pages` translations and waits for them. `threads` is how many others there are. */
  shootdown(threads: number, pages: number): Step;
}

/** Costs of plain code, by the names of the machine profile (facts, section D.3). */
export const costs = [
  'vma_lookup',
  'vma_change',
  'gap_search',
  'page_table_walk',
  'page_table_set',
  'page_clear',
  'page_allocate',
  'page_free',
  'zone_refill',
  'rmap_step',
  'anon_vma_clone',
  'interval_tree_change',
  'page_cache_lookup',
  'fork_vma',
  'fork_page',
  'pin_page',
  'probe_lookup',
] as const;

export type Cost = (typeof costs)[number];
