import type { Jitter } from './jitter.js';
import type { LineCosts } from '../../machine/machine-profile.js';
import type { Topology } from './topology.js';

/** What `reach` gives when the line is busy: the access has to wait for its turn. */
export const busy = -1;

/** Copies that a CPU's cache keeps of lines that others use too. A power of two. */
const copiesKept = 8192;

/**
 * Which CPU has which cache line, and what it takes to get it.
 *
 * A line that only one CPU has touched is that CPU's, and costs nothing more to keep. The first access of another
 * makes it shared: then it has a record, and from then on either one CPU owns it, or several have copies. A copy
 * carries the version of the line that it is of; a write makes a new version, so all copies are void at once, however
 * many there are. Transfers of one line between CPUs come one after the other (`nextFree`); reads by CPUs of a cluster
 * that has a copy are served by that cluster's cache and keep nobody else waiting, if the machine is of that kind.
 *
 * Source of the model: the measurements of A. Clements's thesis (`sharing`), which show ownership moving serially,
 * reads aggregated per socket (there one cluster) on Intel and not on AMD of the time, and an invalidation that costs the same however many readers.
 */
export class CacheLines {
  /** Of each line: 0 nobody has touched it; -(cpu + 1) only that CPU has; else its record. */
  readonly #state: Int32Array;
  readonly #costs: LineCosts;
  readonly #jitter: Jitter;
  readonly #clusterOf: Int32Array;
  readonly #clusters: number;
  /** Of each cluster: the clusters of its socket, a bit each. */
  readonly #socketMates: Int32Array;
  /** Transfer costs by how far apart two CPUs are, for writing and for reading. */
  readonly #writeCosts: Float64Array;
  readonly #readCosts: Float64Array;
  /** Copies of each CPU: the record that a slot holds, and its version. */
  readonly #copyOf: Int32Array;
  readonly #copyVersion: Int32Array;
  #records = 1;
  /** By record: who owns it (-1: copies only), its version, clusters with a copy, how many copies. */
  #owner = new Int32Array(1024);
  #version = new Int32Array(1024);
  #holders = new Int32Array(1024);
  #copies = new Int32Array(1024);
  #nextFree = new Float64Array(1024);
  /** By record and cluster: when the cluster's cache can serve the next read. */
  #clusterFree: Float64Array;

  constructor(words: number, topology: Topology, costs: LineCosts, jitter: Jitter) {
    this.#state = new Int32Array((words >> 4) + 1);
    this.#costs = costs;
    this.#jitter = jitter;
    this.#clusterOf = topology.clusterOf;
    this.#clusters = topology.clusters;
    this.#socketMates = topology.socketMates;
    this.#writeCosts = Float64Array.of(costs.cluster, costs.socket, costs.remote);
    this.#readCosts = Float64Array.of(costs.cluster, costs.socket, costs.remote * costs.readFactor);
    this.#copyOf = new Int32Array(topology.cpus * copiesKept);
    this.#copyVersion = new Int32Array(topology.cpus * copiesKept);
    this.#clusterFree = new Float64Array(1024 * topology.clusters);
  }

  /** Records that exist: they are 1 to `records` - 1. */
  get records(): number {
    return this.#records;
  }

  /** Record of the line that holds the word; 0 while at most one CPU has touched it. */
  recordOf(word: number): number {
    const state = this.#state[word >> 4] as number;
    return state > 0 ? state : 0;
  }

  /** Whether no CPU but this one has touched the line that holds the word. */
  isPrivate(cpu: number, word: number): boolean {
    return this.#state[word >> 4] === -(cpu + 1);
  }

  /** The record of a word that someone is about to wait for, made if there is none. */
  share(word: number, cpu: number): number {
    const line = word >> 4;
    const state = this.#state[line] as number;
    if (state > 0) return state;
    return this.#makeRecord(line, state === 0 ? cpu : -state - 1);
  }

  /** When the next transfer of the line can begin, ns. */
  nextFree(record: number): number {
    return this.#nextFree[record] as number;
  }

  /**
   * An access at time `now`: what it costs, ns, `own` of it where the CPU has the line already; or `busy`, when the
   * line is on its way between others.
   *
   * @param waiting someone waits for the line already, so nobody may overtake
   */
  reach(
    cpu: number,
    word: number,
    write: 0 | 1,
    own: number,
    now: number,
    waiting: boolean,
  ): number {
    const line = word >> 4;
    const state = this.#state[line] as number;
    if (state === -(cpu + 1)) return own;
    if (state === 0) {
      this.#state[line] = -(cpu + 1);
      return this.#jitter.around(this.#costs.memory, this.#costs.jitter);
    }
    const record = state > 0 ? state : this.#makeRecord(line, -state - 1);
    if (this.#owner[record] === cpu) return own;
    if (this.#owner[record] === -1) {
      const has = this.#hasCopy(cpu, record);
      if (write === 0) {
        if (has) return own;
        if (this.#isNearby(cpu, record)) return this.#readNearby(cpu, record, now);
      } else if (has && this.#copies[record] === 1) {
        this.#own(cpu, record);
        return own;
      }
    }
    if (waiting || (this.#nextFree[record] as number) > now) return busy;
    return this.grant(cpu, record, write, now);
  }

  /** Moves the line to `cpu`, whose turn it is. Gives how long that takes the CPU, ns. */
  grant(cpu: number, record: number, write: 0 | 1, now: number): number {
    if (write === 0 && this.#isNearby(cpu, record)) return this.#readNearby(cpu, record, now);
    const { jitter, residency } = this.#costs;
    const costs = write === 0 ? this.#readCosts : this.#writeCosts;
    const took = this.#jitter.around(costs[this.#distance(cpu, record, write)] as number, jitter);
    this.#nextFree[record] = now + took;
    if (write === 0) this.#copy(cpu, record);
    else this.#own(cpu, record);
    return Math.max(took - residency, 0);
  }

  /**
   * One more reader of a cluster that has just got, or is just getting, its copy, or that has had one for long. Gives
   * what it costs, ns: readers of a cluster are served one after the other.
   */
  #readNearby(cpu: number, record: number, now: number): number {
    const at = record * this.#clusters + (this.#clusterOf[cpu] as number);
    const from = Math.max(now, this.#clusterFree[at] as number);
    this.#clusterFree[at] = from + this.#costs.sharedRead;
    this.#keepCopy(cpu, record);
    return from + this.#costs.sharedRead - now;
  }

  /** Whether a read by this CPU can be served within its cluster. */
  #isNearby(cpu: number, record: number): boolean {
    return (
      this.#costs.coalescesReads &&
      this.#owner[record] === -1 &&
      ((this.#holders[record] as number) & (1 << (this.#clusterOf[cpu] as number))) !== 0
    );
  }

  /**
   * 0: within the cluster; 1: within the socket; 2: further. A writer waits for the answer of the farthest holder; a
   * reader gets the line from the nearest.
   */
  #distance(cpu: number, record: number, write: 0 | 1): number {
    const cluster = this.#clusterOf[cpu] as number;
    const mates = this.#socketMates[cluster] as number;
    const holders = this.#holders[record] as number;
    const own = 1 << cluster;
    if (write === 0) return (holders & own) !== 0 ? 0 : (holders & mates) !== 0 ? 1 : 2;
    return (holders & ~mates) !== 0 ? 2 : (holders & ~own) !== 0 ? 1 : 0;
  }

  #own(cpu: number, record: number): void {
    this.#owner[record] = cpu;
    this.#version[record] = ((this.#version[record] as number) + 1) | 0;
    this.#holders[record] = 1 << (this.#clusterOf[cpu] as number);
    this.#copies[record] = 0;
  }

  /** A reader's copy; an owner keeps one of its own and owns the line no more. */
  #copy(cpu: number, record: number): void {
    const owner = this.#owner[record] as number;
    if (owner !== -1) {
      this.#owner[record] = -1;
      this.#keepCopy(owner, record);
    }
    const cluster = this.#clusterOf[cpu] as number;
    this.#holders[record] = (this.#holders[record] as number) | (1 << cluster);
    this.#keepCopy(cpu, record);
    const at = record * this.#clusters + cluster;
    const arrives = this.#nextFree[record] as number;
    if ((this.#clusterFree[at] as number) < arrives) this.#clusterFree[at] = arrives;
  }

  #keepCopy(cpu: number, record: number): void {
    const slot = cpu * copiesKept + (record & (copiesKept - 1));
    this.#copyOf[slot] = record;
    this.#copyVersion[slot] = this.#version[record] as number;
    this.#copies[record] = (this.#copies[record] as number) + 1;
  }

  #hasCopy(cpu: number, record: number): boolean {
    const slot = cpu * copiesKept + (record & (copiesKept - 1));
    return this.#copyOf[slot] === record && this.#copyVersion[slot] === this.#version[record];
  }

  #makeRecord(line: number, owner: number): number {
    const record = this.#records++;
    if (record === this.#owner.length) this.#grow(2 * record);
    this.#state[line] = record;
    this.#owner[record] = owner;
    this.#holders[record] = 1 << (this.#clusterOf[owner] as number);
    return record;
  }

  #grow(records: number): void {
    this.#owner = grown(this.#owner, new Int32Array(records));
    this.#version = grown(this.#version, new Int32Array(records));
    this.#holders = grown(this.#holders, new Int32Array(records));
    this.#copies = grown(this.#copies, new Int32Array(records));
    this.#nextFree = grown(this.#nextFree, new Float64Array(records));
    this.#clusterFree = grown(this.#clusterFree, new Float64Array(records * this.#clusters));
  }
}

const grown = <T extends Int32Array | Float64Array>(from: T, to: T): T => {
  to.set(from);
  return to;
};
