import type { EventQueue } from './event-queue.js';
import type { HypervisorCosts } from '../../machine/machine-profile.js';

/** What the hypervisor does to the guest's CPUs. */
export interface Guest {
  /** The vCPU stops at once; false: it is in the middle of an access and has to finish it first. */
  freeze(cpu: number, now: number): boolean;
  /** The vCPU goes on at that time. */
  thaw(cpu: number, at: number): void;
}

const running = 0;
const ready = 1;
const halted = 2;

/** How long a vCPU in the middle of an access is left alone before the host tries again, ns. */
const retryNs = 200;

/**
 * The host below a guest: its vCPUs take turns on fewer physical CPUs, first come first served, a slice each. A vCPU
 * that has nothing to run halts and gives its physical CPU away; who wakes it has to wait for a free one. The host
 * knows nothing of locks, so it takes a vCPU away while it holds one, or while it is the next in a queue.
 */
export class Hypervisor {
  readonly #costs: HypervisorCosts;
  readonly #events: EventQueue;
  readonly #firstSlot: number;
  readonly #guest: Guest;
  readonly #state: Uint8Array;
  /** By vCPU: the physical CPU it is on. By physical CPU: the vCPU on it, -1: none; and since when. */
  readonly #physicalOf: Int32Array;
  readonly #onPhysical: Int32Array;
  readonly #since: Float64Array;
  readonly #queue: number[] = [];
  /** Times a vCPU was stopped that could have run. */
  preemptions = 0;

  /** @param firstSlot of the event slots of the physical CPUs, one each */
  constructor(
    cpus: number,
    costs: HypervisorCosts,
    events: EventQueue,
    firstSlot: number,
    guest: Guest,
  ) {
    this.#costs = costs;
    this.#events = events;
    this.#firstSlot = firstSlot;
    this.#guest = guest;
    this.#state = new Uint8Array(cpus).fill(halted);
    this.#physicalOf = new Int32Array(cpus).fill(-1);
    this.#onPhysical = new Int32Array(costs.physicalCpus).fill(-1);
    this.#since = new Float64Array(costs.physicalCpus);
  }

  isRunning(cpu: number): boolean {
    return this.#state[cpu] === running;
  }

  /** It could run, and the host runs another. */
  isPreempted(cpu: number): boolean {
    return this.#state[cpu] === ready;
  }

  /** A halted vCPU has something to run. Gives when it can begin, ns; Infinity: it will be thawed. */
  kick(cpu: number, now: number): number {
    const free = this.#onPhysical.indexOf(-1);
    if (free === -1) {
      this.#state[cpu] = ready;
      this.#queue.push(cpu);
      this.#armAll(now);
      return Infinity;
    }
    const at = now + this.#costs.kick;
    this.#enter(cpu, free, at);
    return at;
  }

  /** The vCPU has nothing to run. */
  halt(cpu: number, now: number): void {
    const physical = this.#physicalOf[cpu] as number;
    this.#state[cpu] = halted;
    this.#leave(cpu, physical);
    this.#next(physical, now);
  }

  /** The slice of a physical CPU is over. */
  sliceOver(physical: number, now: number): void {
    const cpu = this.#onPhysical[physical] as number;
    if (cpu === -1 || this.#queue.length === 0) return;
    if (!this.#guest.freeze(cpu, now)) {
      this.#events.set(this.#firstSlot + physical, now + retryNs);
      return;
    }
    this.preemptions++;
    this.#state[cpu] = ready;
    this.#leave(cpu, physical);
    this.#queue.push(cpu);
    this.#next(physical, now);
  }

  #next(physical: number, now: number): void {
    const cpu = this.#queue.shift();
    if (cpu === undefined) return;
    const at = now + this.#costs.worldSwitch;
    this.#enter(cpu, physical, at);
    this.#guest.thaw(cpu, at);
  }

  #enter(cpu: number, physical: number, at: number): void {
    this.#state[cpu] = running;
    this.#physicalOf[cpu] = physical;
    this.#onPhysical[physical] = cpu;
    this.#since[physical] = at;
    if (this.#queue.length > 0) this.#arm(physical, at);
  }

  #leave(cpu: number, physical: number): void {
    this.#physicalOf[cpu] = -1;
    this.#onPhysical[physical] = -1;
    this.#events.cancel(this.#firstSlot + physical);
  }

  /** Slices end only while someone waits for it. */
  #armAll(now: number): void {
    for (let physical = 0; physical < this.#onPhysical.length; physical++) this.#arm(physical, now);
  }

  #arm(physical: number, now: number): void {
    const slot = this.#firstSlot + physical;
    if (this.#events.has(slot)) return;
    const end = (this.#since[physical] as number) + this.#costs.slice;
    this.#events.set(slot, Math.max(now, end));
  }
}
