import type { EventQueue } from './event-queue.js';
import { type Guest, Hypervisor } from './hypervisor.js';
import type { Jitter } from './jitter.js';
import type { MachineProfile, SchedulerCosts } from '../../machine/machine-profile.js';
import { RunQueues } from './run-queues.js';
import type { Topology } from './topology.js';

/** What the scheduler does to threads. */
export interface Threads {
  /** The thread loses its CPU at once; false: it is in the middle of an access and has to finish it first. */
  suspend(thread: number, now: number, stolen: boolean): boolean;
  /** The thread goes on at that time, with what it had left to do. */
  resume(thread: number, at: number): void;
  /** Somebody else wants the CPU of a thread that has turned preemption off. */
  wanted(thread: number, now: number): void;
  /** The thread has stopped running, so whoever spins for it should stop too. */
  stopped(thread: number, now: number): void;
}

const running = 0;
const ready = 1;
const away = 2;
const ended = 3;

/** How long a thread in the middle of an access is left alone before its CPU is asked for again, ns. */
const retryNs = 200;

/**
 * Which thread runs on which CPU: a first-in-first-out queue a CPU, slices, idle CPUs that take work from the longest
 * queue, and what waking costs by how deeply the CPU has idled (facts, D.2). Below it, if the machine is a guest, the
 * host takes whole CPUs away.
 */
export class Scheduler implements Guest {
  readonly host: Hypervisor | null;
  /** Event slots: one a CPU, and one a physical CPU where there is a host. */
  readonly slots: number;
  readonly #costs: SchedulerCosts;
  readonly #jitter: Jitter;
  readonly #events: EventQueue;
  readonly #firstSlot: number;
  readonly #threads: Threads;
  readonly #topology: Topology;
  readonly #queues: RunQueues;
  readonly #state: Uint8Array;
  readonly #cpuOf: Int32Array;
  readonly #preemptionOff: Int32Array;
  /** When the thread was, or will be, really on its CPU. */
  readonly #since: Float64Array;
  /** By CPU: its thread, -1: idle, and since when; when the slice of its thread ends. */
  readonly #current: Int32Array;
  readonly #idleSince: Float64Array;
  readonly #sliceEnd: Float64Array;
  #idle: number;
  /** Time that CPUs have idled, ns; of those that idle still, up to when they began. */
  idleNs = 0;
  contextSwitches = 0;

  constructor(
    profile: MachineProfile,
    topology: Topology,
    threads: number,
    events: EventQueue,
    firstSlot: number,
    jitter: Jitter,
    hooks: Threads,
  ) {
    const { cpus } = topology;
    const hypervisor = profile.hypervisor;
    this.#costs = profile.scheduler;
    this.#jitter = jitter;
    this.#events = events;
    this.#firstSlot = firstSlot;
    this.#threads = hooks;
    this.#topology = topology;
    this.#queues = new RunQueues(threads, topology.socketOf);
    this.#state = new Uint8Array(threads);
    this.#cpuOf = new Int32Array(threads);
    this.#preemptionOff = new Int32Array(threads);
    this.#since = new Float64Array(threads);
    this.#current = new Int32Array(cpus).fill(-1);
    this.#idleSince = new Float64Array(cpus);
    this.#sliceEnd = new Float64Array(cpus);
    this.#idle = cpus;
    this.slots = cpus + (hypervisor?.physicalCpus ?? 0);
    events.grow(firstSlot + this.slots);
    this.host =
      hypervisor === null ? null : new Hypervisor(cpus, hypervisor, events, firstSlot + cpus, this);
  }

  /** Puts the threads on the CPUs in turn; each begins a little after the other, as threads do. */
  start(now: number): void {
    for (let thread = 0; thread < this.#state.length; thread++) {
      const cpu = thread % this.#current.length;
      this.#cpuOf[thread] = cpu;
      if (this.#current[cpu] !== -1) {
        this.#state[thread] = ready;
        this.#queues.add(cpu, thread);
      } else {
        this.#dispatch(cpu, thread, now + this.#jitter.below(1000));
      }
    }
    for (let cpu = 0; cpu < this.#current.length; cpu++) this.#armSlice(cpu, now);
  }

  get cpus(): number {
    return this.#current.length;
  }

  cpuOf(thread: number): number {
    return this.#cpuOf[thread] as number;
  }

  /** The thread on a CPU; -1: it idles. */
  threadOn(cpu: number): number {
    return this.#current[cpu] as number;
  }

  isRunning(thread: number, now: number): boolean {
    return (
      this.#state[thread] === running &&
      (this.#since[thread] as number) <= now &&
      (this.host === null || this.host.isRunning(this.#cpuOf[thread] as number))
    );
  }

  isPreempted(thread: number): boolean {
    return this.host !== null && this.host.isPreempted(this.#cpuOf[thread] as number);
  }

  needsReschedule(thread: number, now: number): boolean {
    const cpu = this.#cpuOf[thread] as number;
    return (this.#queues.length[cpu] as number) > 0 && now >= (this.#sliceEnd[cpu] as number);
  }

  /** Turns preemption off or on. Gives true if the thread now has to yield its CPU. */
  preemption(thread: number, on: number, now: number): boolean {
    const depth = (this.#preemptionOff[thread] as number) + (on === 0 ? 1 : -1);
    this.#preemptionOff[thread] = depth;
    return depth === 0 && this.needsReschedule(thread, now);
  }

  /** The running thread waits for something, and gives its CPU up. */
  block(thread: number, now: number): void {
    this.#state[thread] = away;
    this.#release(thread, now);
  }

  end(thread: number, now: number): void {
    this.#state[thread] = ended;
    this.#release(thread, now);
  }

  /** The running thread goes to the end of its CPU's queue. */
  yield(thread: number, now: number): void {
    const cpu = this.#cpuOf[thread] as number;
    const next = this.#queues.take(cpu);
    this.#state[thread] = ready;
    this.#queues.add(cpu, thread);
    this.#threads.stopped(thread, now);
    this.#current[cpu] = -1;
    this.#idle++;
    this.#switchTo(cpu, next, now);
  }

  /** A thread that was away can go on: on its own CPU, on an idle one, or when its own is free. */
  wake(thread: number, now: number): void {
    const own = this.#cpuOf[thread] as number;
    const cpu = this.#current[own] === -1 || this.#idle === 0 ? own : this.#idleNear(own);
    if (this.#current[cpu] !== -1) {
      this.#state[thread] = ready;
      this.#queues.add(own, thread);
      this.#armSlice(own, now);
      return;
    }
    const { contextSwitch, deepIdleAfter, jitter, wakeCall, wakeDeep, wakeShallow } = this.#costs;
    const since = this.#idleSince[cpu] as number;
    // The call began while the CPU was still on its way out of what it ran: it finds the thread before it idles.
    if (now - since < contextSwitch + wakeCall) {
      this.#dispatch(cpu, thread, Math.max(now, since + contextSwitch));
      return;
    }
    const latency = now - since > deepIdleAfter ? wakeDeep : wakeShallow;
    this.#dispatch(cpu, thread, now + this.#jitter.around(latency, jitter));
  }

  /** An event of one of the scheduler's slots. */
  due(slot: number, now: number): void {
    const index = slot - this.#firstSlot;
    if (index >= this.#current.length) this.host?.sliceOver(index - this.#current.length, now);
    else this.#sliceOver(index, now);
  }

  freeze(cpu: number, now: number): boolean {
    const thread = this.#current[cpu] as number;
    if (!this.#threads.suspend(thread, now, true)) return false;
    this.#events.cancel(this.#firstSlot + cpu);
    this.#threads.stopped(thread, now);
    return true;
  }

  thaw(cpu: number, at: number): void {
    this.#begin(cpu, this.#current[cpu] as number, at);
  }

  /** Idle time up to now, ns: that of the CPUs that idle now included, and of those whose threads come only later left out. */
  idleUpTo(now: number): number {
    let sum = this.idleNs;
    for (let cpu = 0; cpu < this.#current.length; cpu++) {
      const thread = this.#current[cpu] as number;
      if (thread === -1) sum += now - (this.#idleSince[cpu] as number);
      else sum -= Math.max(0, (this.#since[thread] as number) - now);
    }
    return sum;
  }

  #sliceOver(cpu: number, now: number): void {
    const thread = this.#current[cpu] as number;
    if (thread === -1 || this.#queues.length[cpu] === 0) return;
    if ((this.#preemptionOff[thread] as number) > 0) {
      this.#threads.wanted(thread, now);
    } else if (this.#threads.suspend(thread, now, false)) {
      this.yield(thread, now);
    } else {
      this.#events.set(this.#firstSlot + cpu, now + retryNs);
    }
  }

  #release(thread: number, now: number): void {
    const cpu = this.#cpuOf[thread] as number;
    this.#threads.stopped(thread, now);
    this.#current[cpu] = -1;
    this.#idle++;
    this.#idleSince[cpu] = now;
    this.#events.cancel(this.#firstSlot + cpu);
    const own = this.#queues.take(cpu);
    const next = own === -1 ? this.#queues.steal(cpu) : own;
    if (next === -1) this.host?.halt(cpu, now);
    else this.#switchTo(cpu, next, now);
  }

  #switchTo(cpu: number, thread: number, now: number): void {
    this.contextSwitches++;
    this.#idleSince[cpu] = now;
    this.#dispatch(cpu, thread, now + this.#costs.contextSwitch);
  }

  /** Gives an idle CPU to a thread, which can begin at that time if the host lets it. */
  #dispatch(cpu: number, thread: number, at: number): void {
    this.#idle--;
    this.idleNs += Math.max(0, at - (this.#idleSince[cpu] as number));
    this.#current[cpu] = thread;
    this.#cpuOf[thread] = cpu;
    this.#state[thread] = running;
    this.#since[thread] = Infinity;
    if (this.host === null || this.host.isRunning(cpu)) {
      this.#begin(cpu, thread, at);
      return;
    }
    const kicked = this.host.kick(cpu, at);
    if (kicked !== Infinity) this.#begin(cpu, thread, kicked);
  }

  #begin(cpu: number, thread: number, at: number): void {
    this.#since[thread] = at;
    this.#sliceEnd[cpu] = at + this.#costs.slice;
    this.#events.cancel(this.#firstSlot + cpu);
    this.#threads.resume(thread, at);
    this.#armSlice(cpu, at);
  }

  /** Slices end only while someone waits for the CPU. */
  #armSlice(cpu: number, now: number): void {
    if (this.#queues.length[cpu] === 0 || this.#current[cpu] === -1) return;
    const slot = this.#firstSlot + cpu;
    if (this.#events.has(slot)) return;
    if (this.host !== null && !this.host.isRunning(cpu)) return;
    this.#events.set(slot, Math.max(now, this.#sliceEnd[cpu] as number));
  }

  /** An idle CPU, of the same socket if there is one. */
  #idleNear(cpu: number): number {
    const { socketOf } = this.#topology;
    let far = cpu;
    for (let other = 0; other < this.#current.length; other++) {
      if (this.#current[other] !== -1) continue;
      if (socketOf[other] === socketOf[cpu]) return other;
      far = other;
    }
    return far;
  }
}
