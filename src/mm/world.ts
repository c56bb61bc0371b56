import type { Plan } from '../workload/plan.js';

/**
 * One set of address spaces with the memory and files they share. All worlds of a trial lie in one layout;
 * thread ids count over all of them.
 */
export interface World {
  readonly processes: number;
  /** All threads of the trial: the range of `cpu.id`. */
  readonly threads: number;
  /** The process, within this world, of each thread; -1: the thread runs in another world. */
  readonly processOf: readonly number[];
  /** Retired records that an address space lets pile up before it frees them. Default: as many as are usual. */
  readonly retiredKept?: number;
  /** Slots of a node of an index of slots, as a power of two. Default: as many as are usual. */
  readonly nodeBits?: number;
}

/** The world of every strategy but `private`: all processes of the plan in one. */
export const sharedWorld = (plan: Plan): World => ({
  processes: plan.space.processes,
  threads: plan.threads,
  processOf: plan.actors.map((actor) => actor.process),
});

/** A world of one process with one thread in it. */
export const privateWorld = (plan: Plan, thread: number): World => ({
  processes: 1,
  threads: plan.threads,
  processOf: plan.actors.map((_, index) => (index === thread ? 0 : -1)),
});

/** How many threads of a world run in one process. */
export const threadsIn = (world: World, process: number): number =>
  world.processOf.filter((of) => of === process).length;
