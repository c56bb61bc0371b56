import { alignWords, lineWords, pageWords, type Layout } from '../machine/layout.js';
import type { Cpu } from '../machine/cpu.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import type { WordLock } from '../locks/word-lock.js';
import { frameRecord, frameRecordWords } from './frame.js';
import { firstFrame, zeroFrame } from './page-entry.js';

/** Frames that move between a CPU's list and the zone at once, as the kernel's batch (facts, D.2). */
const zoneBatch = 64;
/** A CPU's list is drained when it holds this many batches, as the kernel's high mark. */
const batchesKept = 6;

/** Words of a CPU's list before its ring: positions count up and are taken modulo the ring. */
const list = { top: 0, bottom: 1, ring: lineWords } as const;

/**
 * Physical memory of one world: records, contents and the allocator. Each CPU keeps free frames of its own
 * in a ring, gives the one that came last, and drains those that came first to the zone, which a lock
 * guards. Frame 0 does not exist; frame 1 is the frame of zeros.
 */
export class Frames {
  /** Number of frames, frame 0 included: frames are 1 to `count` - 1. */
  readonly count: number;
  /** First word of the content of frame 0; frame f lies `pageWords` × f further. */
  readonly contents: number;
  readonly #records: number;
  readonly #zone: number;
  readonly #zoneFree: number;
  readonly #zoneStack: number;
  readonly #lists: number;
  readonly #listWords: number;
  readonly #ring: number;
  readonly #high: number;
  readonly #batch: number;
  readonly #threads: number;
  readonly #zoneLock: WordLock;

  /** `frames` can be allocated, beside the frame of zeros; `members` of the `threads` use this memory. */
  constructor(
    layout: Layout,
    frames: number,
    threads: number,
    members: number,
    zoneLock: WordLock,
  ) {
    const shape = listShape(frames, members);
    this.count = firstFrame + frames;
    this.#batch = shape.batch;
    this.#high = shape.high;
    this.#ring = shape.high + 1;
    this.#threads = threads;
    this.#zoneLock = zoneLock;
    this.#records = layout.allocate(this.count * frameRecordWords);
    this.#zone = layout.allocate(2);
    this.#zoneFree = this.#zone + 1;
    this.#zoneStack = layout.allocate(frames);
    this.#listWords = alignWords(list.ring + this.#ring);
    this.#lists = layout.allocate(threads * this.#listWords);
    this.contents = layout.allocateContents(this.count * pageWords);
  }

  /** First word of a frame's record. */
  record(frame: number): number {
    return this.#records + frame * frameRecordWords;
  }

  /**
   * A frame with one reference, no mapping, no owner, no flags and undefined content; 0 if memory is out.
   * Set plainly: no one else can see a free frame.
   */
  *allocate(cpu: Cpu): Steps<number> {
    const own = this.#lists + cpu.id * this.#listWords;
    let top = yield cpu.get(own + list.top);
    if (top === (yield cpu.get(own + list.bottom))) {
      const got = yield this.refill(cpu, own);
      if (got === 0) return 0;
      top = yield cpu.get(own + list.top);
    }
    yield cpu.write(own, 'page_allocate', 1);
    const memory = cpu.memory;
    const frame = memory.get(own + list.ring + ((top - 1) % this.#ring));
    memory.set(own + list.top, top - 1);
    const record = this.record(frame);
    memory.set(record + frameRecord.references, 1);
    memory.set(record + frameRecord.mappings, 0);
    memory.set(record + frameRecord.owner, 0);
    memory.set(record + frameRecord.index, 0);
    memory.set(record + frameRecord.flags, 0);
    return frame;
  }

  /** One more reference to a frame that the caller knows to be in use. */
  *get(cpu: Cpu, frame: number): Steps {
    yield cpu.add(this.record(frame) + frameRecord.references, 1);
  }

  /** 1 and one more reference, unless the frame is free: then 0. For callers that found it without a lock. */
  *tryGet(cpu: Cpu, frame: number): Steps<number> {
    const word = this.record(frame) + frameRecord.references;
    let seen = yield cpu.load(word);
    while (seen !== 0) {
      const was = yield cpu.cas(word, seen, seen + 1);
      if (was === seen) return 1;
      seen = was;
    }
    return 0;
  }

  /** Gives up `count` references; the frame is free with the last one. 1 if it was freed. */
  *put(cpu: Cpu, frame: number, count: number): Steps<number> {
    const was = yield cpu.add(this.record(frame) + frameRecord.references, -count);
    if (was !== count) return 0;
    yield this.free(cpu, frame);
    return 1;
  }

  /** Puts a frame without references on the caller's list. */
  *free(cpu: Cpu, frame: number): Steps {
    const own = this.#lists + cpu.id * this.#listWords;
    const top = yield cpu.get(own + list.top);
    if (top - (yield cpu.get(own + list.bottom)) >= this.#high) yield this.drain(cpu, own);
    yield cpu.write(own, 'page_free', 1);
    const memory = cpu.memory;
    const at = memory.get(own + list.top);
    memory.set(own + list.ring + (at % this.#ring), frame);
    memory.set(own + list.top, at + 1);
  }

  /** Moves a batch from the zone to an empty list. Gives how many frames there were. */
  *refill(cpu: Cpu, own: number): Steps<number> {
    yield this.#zoneLock.lock(cpu, this.#zone);
    yield cpu.write(this.#zoneFree, 'zone_refill', 1);
    const memory = cpu.memory;
    const free = memory.get(this.#zoneFree);
    const got = Math.min(free, this.#batch);
    for (let index = 0; index < got; index++) {
      const frame = memory.get(this.#zoneStack + free - got + index);
      memory.set(own + list.ring + index, frame);
    }
    memory.set(this.#zoneFree, free - got);
    yield this.#zoneLock.unlock(cpu, this.#zone);
    memory.set(own + list.bottom, 0);
    memory.set(own + list.top, got);
    return got;
  }

  /** Moves the batch that came first from a full list to the zone. */
  *drain(cpu: Cpu, own: number): Steps {
    yield this.#zoneLock.lock(cpu, this.#zone);
    yield cpu.write(this.#zoneFree, 'zone_refill', 1);
    const memory = cpu.memory;
    const bottom = memory.get(own + list.bottom);
    const free = memory.get(this.#zoneFree);
    for (let index = 0; index < this.#batch; index++) {
      const frame = memory.get(own + list.ring + ((bottom + index) % this.#ring));
      memory.set(this.#zoneStack + free + index, frame);
    }
    memory.set(this.#zoneFree, free + this.#batch);
    yield this.#zoneLock.unlock(cpu, this.#zone);
    memory.set(own + list.bottom, bottom + this.#batch);
  }

  /** Plain set-up: all frames are free and in the zone, the lowest on top. */
  initialise(memory: Memory): void {
    const frames = this.count - firstFrame;
    for (let index = 0; index < frames; index++) {
      memory.set(this.#zoneStack + index, this.count - 1 - index);
    }
    memory.set(this.#zoneFree, frames);
    memory.set(this.record(zeroFrame) + frameRecord.references, 1);
  }

  /** Plain set-up: a frame with one reference. Throws when the plan's frames do not suffice. */
  take(memory: Memory): number {
    const free = memory.get(this.#zoneFree);
    if (free === 0) throw new Error('The frames of the plan do not hold its resident pages.');
    memory.set(this.#zoneFree, free - 1);
    const frame = memory.get(this.#zoneStack + free - 1);
    memory.set(this.record(frame) + frameRecord.references, 1);
    return frame;
  }

  /** Calls `visit` for every free frame and where it lies, for the check after a trial. */
  eachFree(memory: Memory, visit: (frame: number, where: string) => void): void {
    const free = memory.get(this.#zoneFree);
    for (let index = 0; index < free; index++)
      visit(memory.get(this.#zoneStack + index), 'the zone');
    for (let thread = 0; thread < this.#threads; thread++) {
      const own = this.#lists + thread * this.#listWords;
      const top = memory.get(own + list.top);
      for (let at = memory.get(own + list.bottom); at < top; at++) {
        visit(memory.get(own + list.ring + (at % this.#ring)), `the list of CPU ${thread}`);
      }
    }
  }
}

/** How long the lists of the CPUs are: together they keep at most a quarter of a small memory. */
export function listShape(frames: number, members: number): { batch: number; high: number } {
  const share = Math.floor(frames / (4 * Math.max(members, 1)));
  const high = Math.max(2, Math.min(zoneBatch * batchesKept, share));
  return { batch: Math.max(1, Math.min(zoneBatch, high >> 1)), high };
}
