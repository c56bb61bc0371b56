import type { Cpu } from '../../machine/cpu.js';
import type { Steps } from '../../machine/steps.js';
import { gupPolicies, type Gup as GupPolicy } from '../../strategies/strategy.js';
import type { AddressSpace } from '../address-space.js';
import type { Core } from '../core.js';
import type { LocklessWalk } from '../lockless-walk.js';
import { entryFrame, entryWritable, zeroFrame } from '../page-entry.js';
import type { Pins } from '../pins.js';
import type { Fault } from './fault.js';
import { faultResult } from './fault-result.js';

/** What `run` takes as `policy`: an index of `gupPolicies`, or -1 for the strategy's own. */
const locked = gupPolicies.indexOf('locked');
const fast = gupPolicies.indexOf('fast');

/**
 * `get_user_pages` and its kin (facts, B.9): makes pages present, pins them, keeps them pinned for a time.
 * `locked` keeps the lock whatever a fault waits for; `unlocked` lets faults drop it for I/O; `fast` walks
 * the page table without it and takes `unlocked` for the rest.
 */
export class Gup {
  readonly #core: Core;
  readonly #fault: Fault;
  readonly #walk: LocklessWalk;
  readonly #pins: Pins;
  readonly #policy: number;

  constructor(core: Core, fault: Fault, walk: LocklessWalk, pins: Pins) {
    this.#core = core;
    this.#fault = fault;
    this.#walk = walk;
    this.#pins = pins;
    const policy: GupPolicy = core.strategy.gup;
    this.#policy = gupPolicies.indexOf(policy);
  }

  /**
   * Pins [start, start + pages), or as many from its start as can be, and lets them go after `pinnedNs`.
   * Gives how many. With `held` the caller has taken the lock for reading further up and relies on it, as
   * videobuf2 did (facts, B.9.1): then it can be neither dropped nor taken again, whatever the policy.
   */
  *run(
    cpu: Cpu,
    start: number,
    pages: number,
    write: number,
    pinnedNs: number,
    held: number,
    policy: number,
  ): Steps<number> {
    const space = this.#core.spaceOf(cpu.task);
    const count = Math.min(pages, this.#pins.most);
    const chosen = held !== 0 ? locked : policy < 0 ? this.#policy : policy;
    let pinned = 0;
    if (chosen === locked) {
      yield space.locking.beginRead(cpu, start, start + count);
      pinned = yield this.underLock(cpu, space, start, count, write);
      yield space.locking.endRead(cpu);
    } else {
      if (chosen === fast) pinned = yield this.withoutLock(cpu, space, start, count, write);
      if (pinned < count) pinned = yield this.unlocked(cpu, space, start, count, write, pinned);
    }
    yield this.#pins.holdAndRelease(cpu, pinned, pinnedNs);
    return pinned;
  }

  /** `get_user_pages_fast` as an operation of its own. */
  *runFast(cpu: Cpu, start: number, pages: number, write: number, pinnedNs: number): Steps<number> {
    return yield this.run(cpu, start, pages, write, pinnedNs, 0, fast);
  }

  /** Up to the first page that is not there as it must be; the rest is counted as missed. */
  private *withoutLock(
    cpu: Cpu,
    space: AddressSpace,
    start: number,
    count: number,
    write: number,
  ): Steps<number> {
    let pinned = 0;
    yield space.epochs.enter(cpu);
    while (pinned < count) {
      const frame = yield this.#walk.grab(cpu, space, start + pinned, write);
      if (frame === 0) break;
      yield this.#pins.put(cpu, pinned, frame);
      pinned++;
    }
    yield space.epochs.exit(cpu);
    cpu.task.events.gupFastMisses += count - pinned;
    return pinned;
  }

  /** For a caller that keeps the lock for reading. */
  private *underLock(
    cpu: Cpu,
    space: AddressSpace,
    start: number,
    count: number,
    write: number,
  ): Steps<number> {
    let pinned = 0;
    while (pinned < count) {
      const page = start + pinned;
      const frame = yield this.follow(cpu, space, page, write);
      if (frame !== 0) {
        yield this.#pins.put(cpu, pinned, frame);
        pinned++;
      } else {
        const vma = yield space.index.lookup(cpu, page);
        if (vma === 0) return pinned;
        const result = yield this.#fault.handle(cpu, space, vma, page, write === 0 ? 0 : 1, 0);
        if (result === faultResult.noVma || result === faultResult.outOfMemory) return pinned;
      }
    }
    return pinned;
  }

  /** Takes the lock itself; I/O and `hold_limit` interrupt it. Goes on after the first `done` pages. */
  private *unlocked(
    cpu: Cpu,
    space: AddressSpace,
    start: number,
    count: number,
    write: number,
    done: number,
  ): Steps<number> {
    const limit = this.#core.strategy.holdLimit;
    let pinned = done;
    let since = done;
    let mayDrop: 0 | 1 = 1;
    yield space.locking.beginRead(cpu, start + pinned, start + count);
    while (pinned < count) {
      const page = start + pinned;
      const frame = yield this.follow(cpu, space, page, write);
      if (frame !== 0) {
        yield this.#pins.put(cpu, pinned, frame);
        pinned++;
        mayDrop = 1;
        if (limit !== 0 && pinned - since >= limit && pinned < count) {
          cpu.task.events.holdBreaks++;
          yield space.locking.endRead(cpu);
          yield space.locking.beginRead(cpu, start + pinned, start + count);
          since = pinned;
        }
      } else {
        const vma = yield space.index.lookup(cpu, page);
        if (vma === 0) break;
        const result = yield this.#fault.handle(
          cpu,
          space,
          vma,
          page,
          write === 0 ? 0 : 1,
          mayDrop,
        );
        if (result === faultResult.noVma || result === faultResult.outOfMemory) break;
        if (result === faultResult.dropped) {
          cpu.task.events.ioRetries++;
          yield space.locking.beginRead(cpu, page, start + count);
          mayDrop = space.locking.keepsForIo === 1 ? 0 : 1;
          since = pinned;
        }
      }
    }
    yield space.locking.endRead(cpu);
    return pinned;
  }

  /** The frame of a page with a reference, taken under the page-table lock; 0: not present, or not for `write`. */
  private *follow(cpu: Cpu, space: AddressSpace, page: number, write: number): Steps<number> {
    const { table } = space;
    yield cpu.read(table.entry(page), 'pin_page', 1);
    yield table.lock(cpu, page);
    const entry = yield cpu.load(table.entry(page));
    let frame = entry & entryFrame;
    if (write !== 0 && (entry & entryWritable) === 0) frame = 0;
    if (frame !== 0 && frame !== zeroFrame) yield this.#core.frames.get(cpu, frame);
    yield table.unlock(cpu, page);
    return frame;
  }
}
