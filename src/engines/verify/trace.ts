import type { Machine } from './machine.js';

/**
 * The events of one execution and which of them happened before which: a vector clock an event, over
 * accesses to the same cell of which one changes it. A clock's entry for thread t counts t's events.
 *
 * Rows of a prefix stay when an execution is repeated up to there; only what is known of the cells, and how
 * far each thread has come, is built up again.
 */
export class Trace {
  readonly capacity: number;
  length = 0;
  readonly thread: Uint8Array;
  readonly choice: Uint8Array;
  /** Events of each thread so far. */
  readonly count: Int32Array;
  /** Events that the last search for races found, ordered before the step by nothing but the conflict. */
  readonly races: Int32Array;
  raceCount = 0;
  /** The last search found that two steps meet at a guarded word, at this event. */
  unordered = -1;

  private readonly machine: Machine;
  /** Events of each thread that happened before everything from now on, and how many events that are. */
  private readonly fence: Int32Array;
  private fenceLength = 0;
  private readonly threads: number;
  private readonly clocks: Int32Array;
  /** Events of thread t before event i, at `i * threads + t`. */
  private readonly before: Int32Array;
  /** Index of thread t's k-th event, at `t * capacity + k`. */
  private readonly events: Int32Array;
  /** Index + 1 of the last event that changed the cell. */
  private readonly lastChange: Int32Array;
  /** Index + 1 of thread t's last look since then, at `cell * threads + t`. */
  private readonly lastLook: Int32Array;
  /** Cells of which either is known; some more than once. */
  private readonly known: number[] = [];

  constructor(machine: Machine, capacity: number) {
    const { threads, accesses } = machine;
    this.machine = machine;
    this.threads = threads;
    this.capacity = capacity;
    this.thread = new Uint8Array(capacity);
    this.choice = new Uint8Array(capacity);
    this.count = new Int32Array(threads);
    this.fence = new Int32Array(threads);
    this.races = new Int32Array(capacity);
    this.clocks = new Int32Array(capacity * threads);
    this.before = new Int32Array(capacity * threads);
    this.events = new Int32Array(capacity * threads);
    this.lastChange = new Int32Array(accesses.cells);
    this.lastLook = new Int32Array(accesses.cells * threads);
  }

  restart(): void {
    this.length = 0;
    this.count.fill(0);
    this.fence.fill(0);
    this.fenceLength = 0;
    for (const cell of this.known) {
      this.lastChange[cell] = 0;
      this.lastLook.fill(0, cell * this.threads, (cell + 1) * this.threads);
    }
    this.known.length = 0;
  }

  /** All that was happens before all that will be. */
  raiseFence(): void {
    this.fence.set(this.count);
    this.fenceLength = this.length;
  }

  /** The step of `thread`, about to be executed, becomes the next event. `known` if its row is there already. */
  append(thread: number, choice: number, known: boolean): void {
    const { threads, machine } = this;
    const index = this.length++;
    const row = index * threads;
    const own = this.count[thread] as number;
    if (!known) {
      this.thread[index] = thread;
      for (let t = 0; t < threads; t++) this.before[row + t] = this.count[t] as number;
      this.events[thread * this.capacity + own] = index;
      this.startRow(row, thread, own);
    }
    this.choice[index] = choice;
    this.count[thread] = own + 1;
    const count = machine.accesses.count[thread] as number;
    for (let i = 0; i < count; i++) {
      const cell = machine.accesses.cell(thread, i);
      const changed = machine.changes(thread, i) !== 0;
      this.known.push(cell);
      if (!known) this.join(row, this.lastChange[cell] as number);
      if (!changed) {
        this.lastLook[cell * threads + thread] = index + 1;
        continue;
      }
      for (let t = 0; t < threads; t++) {
        if (!known) this.join(row, this.lastLook[cell * threads + t] as number);
        this.lastLook[cell * threads + t] = 0;
      }
      this.lastChange[cell] = index + 1;
    }
    if (!known) this.clocks[row + thread] = own + 1;
  }

  /**
   * Finds the events that race with the step `thread` stands before: of other threads, in conflict, and not
   * ordered before it by anything else. They are in `races`.
   */
  findRaces(thread: number): void {
    const { threads, machine } = this;
    const { guarded } = machine.property;
    this.raceCount = 0;
    this.unordered = -1;
    const count = machine.accesses.count[thread] as number;
    for (let i = 0; i < count; i++) {
      const cell = machine.accesses.cell(thread, i);
      const found = this.raceCount;
      if (machine.changes(thread, i) !== 0) {
        for (let t = 0; t < threads; t++) {
          this.consider(thread, this.lastLook[cell * threads + t] as number);
        }
      }
      this.consider(thread, this.lastChange[cell] as number);
      if (guarded !== undefined && this.raceCount > found && guarded[cell] === 1) {
        this.unordered = this.races[found] as number;
      }
    }
    if (this.raceCount > 1) this.dropOrdered();
  }

  /**
   * The threads that can come first if the step of `thread` is to be executed, together with all else after
   * event `index` that does not depend on it, in place of that event: the initials of Abdulla et al., POPL
   * 2014, definition 3.2. A mask.
   */
  initials(index: number, thread: number): number {
    const { threads } = this;
    let mask = 0;
    for (let t = 0; t < threads; t++) {
      const at = this.firstAfter(index, t);
      let row: number;
      if (at === -1) {
        if (t !== thread) continue;
        row = -1;
      } else {
        row = at * threads;
      }
      let isFirst = true;
      for (let other = 0; isFirst && other < threads; other++) {
        if (other === t) continue;
        const first = this.firstAfter(index, other);
        if (first === -1) continue;
        const number = (this.before[index * threads + other] as number) + 1;
        isFirst =
          row === -1
            ? !this.isBeforeStep(first, thread)
            : (this.clocks[row + other] as number) < number;
      }
      if (isFirst) mask |= 1 << t;
    }
    return mask;
  }

  /** Event `later` is that event, or cannot come before it. */
  dependsOn(later: number, index: number): boolean {
    return later === index || (later > index && this.happensBefore(index, later));
  }

  /** The clock of the thread's last event counts event `index`. */
  private isOrdered(index: number, thread: number): boolean {
    if (index < this.fenceLength) return true;
    const own = this.count[thread] as number;
    if (own === 0) return false;
    const last = this.events[thread * this.capacity + own - 1] as number;
    return this.happensBefore(index, last);
  }

  private happensBefore(index: number, later: number): boolean {
    const thread = this.thread[index] as number;
    const number = (this.before[index * this.threads + thread] as number) + 1;
    return (this.clocks[later * this.threads + thread] as number) >= number;
  }

  /** Event `index` happens before the step that the thread stands before, by its own past or by a conflict. */
  private isBeforeStep(index: number, thread: number): boolean {
    if (this.isOrdered(index, thread)) return true;
    const { threads, machine } = this;
    const count = machine.accesses.count[thread] as number;
    for (let i = 0; i < count; i++) {
      const cell = machine.accesses.cell(thread, i);
      const change = this.lastChange[cell] as number;
      if (change !== 0 && this.happensBefore(index, change - 1)) return true;
      if (machine.changes(thread, i) === 0) continue;
      for (let t = 0; t < threads; t++) {
        const look = this.lastLook[cell * threads + t] as number;
        if (look !== 0 && this.happensBefore(index, look - 1)) return true;
      }
    }
    return false;
  }

  /** The first event of that thread after `index`, if it does not depend on it; else -1. */
  private firstAfter(index: number, thread: number): number {
    const number = this.before[index * this.threads + thread] as number;
    // The thread of the event itself has only later events that depend on it.
    if (thread === this.thread[index] || number >= (this.count[thread] as number)) return -1;
    const first = this.events[thread * this.capacity + number] as number;
    return this.happensBefore(index, first) ? -1 : first;
  }

  private consider(thread: number, indexPlusOne: number): void {
    if (indexPlusOne === 0) return;
    const index = indexPlusOne - 1;
    if (this.thread[index] === thread || this.isOrdered(index, thread)) return;
    this.races[this.raceCount++] = index;
  }

  /** Leaves out events that happen before another one of them. */
  private dropOrdered(): void {
    const { races, raceCount } = this;
    let kept = 0;
    for (let i = 0; i < raceCount; i++) {
      const index = races[i] as number;
      let isLast = true;
      for (let j = 0; isLast && j < raceCount; j++) {
        const other = races[j] as number;
        isLast = other <= index || !this.happensBefore(index, other);
      }
      if (isLast) races[kept++] = index;
    }
    this.raceCount = kept;
  }

  private startRow(row: number, thread: number, own: number): void {
    const { clocks, threads, fence } = this;
    for (let t = 0; t < threads; t++) clocks[row + t] = fence[t] as number;
    if (own > 0) this.join(row, (this.events[thread * this.capacity + own - 1] as number) + 1);
  }

  private join(row: number, indexPlusOne: number): void {
    if (indexPlusOne === 0) return;
    const { clocks, threads } = this;
    const from = (indexPlusOne - 1) * threads;
    for (let t = 0; t < threads; t++) {
      const count = clocks[from + t] as number;
      if (count > (clocks[row + t] as number)) clocks[row + t] = count;
    }
  }
}
