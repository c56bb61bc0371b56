/**
 * The events to come, by slot: each slot has one event or none, so that an event can be moved or taken back. The
 * earliest comes first; of two at the same time the one of the lesser slot, so that a run is the same every time.
 * An indexed binary heap: every change costs at most the logarithm of the events that are due.
 */
export class EventQueue {
  /** Time of the earliest event, ns; Infinity if there is none. */
  nextTime = Infinity;
  #times: Float64Array;
  /** Slots in heap order. */
  #heap: Int32Array;
  /** Where each slot is in the heap; -1: it has no event. */
  #place: Int32Array;
  #size = 0;

  constructor(slots: number) {
    this.#times = new Float64Array(slots);
    this.#heap = new Int32Array(slots);
    this.#place = new Int32Array(slots).fill(-1);
  }

  /** Makes room for slots up to `slots` - 1. */
  grow(slots: number): void {
    const had = this.#heap.length;
    if (slots <= had) return;
    const room = Math.max(slots, 2 * had);
    this.#times = enlarged(this.#times, new Float64Array(room));
    this.#heap = enlarged(this.#heap, new Int32Array(room));
    this.#place = enlarged(this.#place, new Int32Array(room).fill(-1));
  }

  has(slot: number): boolean {
    return this.#place[slot] !== -1;
  }

  /** When the slot's event is due, ns. Of a slot without one: when the last was. */
  timeOf(slot: number): number {
    return this.#times[slot] as number;
  }

  /** The slot's event is due at `time`, ns; an earlier or later one that it had is forgotten. */
  set(slot: number, time: number): void {
    const place = this.#place[slot] as number;
    if (place === -1) {
      this.#times[slot] = time;
      this.#rise(this.#size++, slot, time);
    } else {
      const before = this.#times[slot] as number;
      this.#times[slot] = time;
      if (time < before) this.#rise(place, slot, time);
      else this.#sink(place, slot);
    }
    this.#look();
  }

  cancel(slot: number): void {
    const place = this.#place[slot] as number;
    if (place === -1) return;
    this.#remove(place);
    this.#look();
  }

  /** Takes the earliest event out. Only while there is one. */
  pop(): number {
    const slot = this.#heap[0] as number;
    this.#remove(0);
    this.#look();
    return slot;
  }

  #look(): void {
    this.nextTime = this.#size === 0 ? Infinity : (this.#times[this.#heap[0] as number] as number);
  }

  #remove(place: number): void {
    this.#place[this.#heap[place] as number] = -1;
    const last = this.#heap[--this.#size] as number;
    if (place === this.#size) return;
    const time = this.#times[last] as number;
    const above = this.#heap[(place - 1) >> 1] as number;
    if (place > 0 && this.#before(last, time, above)) this.#rise(place, last, time);
    else this.#sink(place, last);
  }

  #before(slot: number, time: number, other: number): boolean {
    const otherTime = this.#times[other] as number;
    return time < otherTime || (time === otherTime && slot < other);
  }

  #rise(from: number, slot: number, time: number): void {
    const heap = this.#heap;
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = heap[parent] as number;
      if (!this.#before(slot, time, above)) break;
      heap[place] = above;
      this.#place[above] = place;
      place = parent;
    }
    heap[place] = slot;
    this.#place[slot] = place;
  }

  #sink(from: number, slot: number): void {
    const heap = this.#heap;
    const size = this.#size;
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      let below = heap[child] as number;
      if (child + 1 < size) {
        const right = heap[child + 1] as number;
        if (this.#before(right, this.#times[right] as number, below)) {
          child++;
          below = right;
        }
      }
      if (!this.#before(below, this.#times[below] as number, slot)) break;
      heap[place] = below;
      this.#place[below] = place;
      place = child;
    }
    heap[place] = slot;
    this.#place[slot] = place;
  }
}

const enlarged = <T extends Float64Array | Int32Array>(from: T, to: T): T => {
  to.set(from);
  return to;
};
