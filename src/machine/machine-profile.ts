import type { Cost } from './cpu.js';

/**
 * A simulated machine: its shape and what things cost on it. Durations are ns. CPUs are numbered socket by socket,
 * within one cluster by cluster; simultaneous multithreading is not modelled.
 */
export interface MachineProfile {
  readonly name: string;
  readonly about: string;
  readonly shape: MachineShape;
  readonly line: LineCosts;
  readonly scheduler: SchedulerCosts;
  readonly memory: MemoryCosts;
  readonly entry: EntryCosts;
  readonly shootdown: ShootdownCosts;
  /** What plain code costs, by the names of `costs`. */
  readonly costs: Readonly<Record<Cost, number>>;
  /** The host below a guest; null on bare metal. */
  readonly hypervisor: HypervisorCosts | null;
}

export interface MachineShape {
  readonly sockets: number;
  /** Cores that share a last-level cache slice (a CCX), of each socket; 1 where a socket is one. */
  readonly clustersPerSocket: number;
  readonly coresPerCluster: number;
  /** Which CPUs the first N are: one socket after the other, or one of each socket in turn. */
  readonly placement: 'fill' | 'spread';
}

/** CPUs of a whole machine; of a guest, its virtual ones. */
export const cpusOf = ({ shape }: Pick<MachineProfile, 'shape'>): number =>
  shape.sockets * shape.clustersPerSocket * shape.coresPerCluster;

export interface LineCosts {
  /** A plain load or store, and an atomic read-modify-write, of a line in the own L1. */
  readonly hit: number;
  readonly atomic: number;
  /** Transfer of a line whose last holder is in the same cluster, the same socket, another socket; residency included. */
  readonly cluster: number;
  readonly socket: number;
  readonly remote: number;
  /** A line that no cache holds, from the memory of the own socket. */
  readonly memory: number;
  /** How long a line stays before it can be taken away, within each transfer. */
  readonly residency: number;
  /** A transfer for reading costs so many times one for writing where it crosses sockets. */
  readonly readFactor: number;
  /** Whether readers of one cluster share a crossing, and what each then costs its cluster's cache. */
  readonly coalescesReads: boolean;
  readonly sharedRead: number;
  /** Half width of the uniform jitter of each transfer, as a share of it. */
  readonly jitter: number;
}

export interface SchedulerCosts {
  /** How long a thread runs before another that is ready may take its CPU. */
  readonly slice: number;
  readonly contextSwitch: number;
  /**
   * From `wake` until the woken thread runs: on a CPU that idles lightly, and on one in a deep idle state. One that is still
   * on its way out of the thread before (`contextSwitch`) takes the woken one when that is done.
   */
  readonly wakeShallow: number;
  readonly wakeDeep: number;
  /** A CPU that has been idle for so long is in a deep idle state. */
  readonly deepIdleAfter: number;
  /** What waking costs the waker, whether or not its target sleeps. */
  readonly wakeCall: number;
  /** Half width of the uniform jitter of each wake-up, as a share of it. */
  readonly jitter: number;
  /** One turn of a spin loop. */
  readonly pause: number;
}

export interface MemoryCosts {
  /** Zeroing and copying a 4 KiB page with the memory to oneself. */
  readonly zero: number;
  readonly copy: number;
  /** How long one page's zeroing keeps a socket's memory from serving the next. */
  readonly zeroBandwidth: number;
}

/** The way into the kernel and back. */
export interface EntryCosts {
  /** A page fault's exception, or a breakpoint's. */
  readonly exception: number;
  readonly systemCall: number;
}

export interface ShootdownCosts {
  /** Of the initiator: at least, and for each CPU that must answer. */
  readonly base: number;
  readonly perCpu: number;
  /** What the interrupt takes from each CPU that answers. */
  readonly handler: number;
}

export interface HypervisorCosts {
  /** Physical CPUs under the guest's; the first so many of the shape. */
  readonly physicalCpus: number;
  /** How long a vCPU runs before another that is ready takes its physical CPU. */
  readonly slice: number;
  /** Switching a physical CPU from one vCPU to another. */
  readonly worldSwitch: number;
  /** A halted vCPU that is kicked runs after so long, if a physical CPU is free. */
  readonly kick: number;
}
