import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';

/** Words of a spinner's node. */
const next = 0;
const previous = 1;
const granted = 2;

/** Words that a queue takes. */
export const spinQueueWords = (threads: number): number => lineWords * (1 + threads);

/**
 * Queue of optimistic spinners: an MCS lock whose waiters can leave at any moment (the kernel's OSQ, since
 * 3.16). Only its holder looks at the lock it stands before, so spinners do not fight for that line. One
 * node a thread is enough, as spinning never nests. An entry is a thread's id + 1; 0 is none.
 */
export class SpinQueue {
  private readonly tail: number;
  private readonly nodes: number;

  constructor(base: number) {
    this.tail = base;
    this.nodes = base + lineWords;
  }

  /** 1 if nobody spins here. */
  *isEmpty(cpu: Cpu): Steps<number> {
    return (yield cpu.load(this.tail)) === 0 ? 1 : 0;
  }

  /** 1: the caller is the one to spin. 0: it gave up, as this CPU or the one before it must do something else. */
  *lock(cpu: Cpu): Steps<number> {
    const me = cpu.id + 1;
    const node = this.node(me);
    yield cpu.set(node + granted, 0);
    yield cpu.set(node + next, 0);
    const before = yield cpu.swap(this.tail, me);
    if (before === 0) return 1;
    yield cpu.set(node + previous, before);
    yield cpu.store(this.node(before) + next, me);
    for (;;) {
      if ((yield cpu.load(node + granted)) !== 0) return 1;
      if (yield this.mustLeave(cpu, node)) return yield this.leave(cpu, node);
      yield cpu.awaitChange(node + granted, 0);
    }
  }

  *unlock(cpu: Cpu): Steps {
    const me = cpu.id + 1;
    if ((yield cpu.cas(this.tail, me, 0)) === me) return;
    const node = this.node(me);
    let after = yield cpu.swap(node + next, 0);
    if (after === 0) after = yield this.waitNext(cpu, node, 0);
    if (after !== 0) yield cpu.store(this.node(after) + granted, 1);
  }

  /** Words that are 0 while nobody spins, relative to the queue's base. */
  static idle(base: number): ReadonlyArray<readonly [offset: number, value: number]> {
    return [[base, 0]];
  }

  private *mustLeave(cpu: Cpu, node: number): Steps<number> {
    if (yield cpu.needsReschedule()) return 1;
    return yield cpu.isPreempted((yield cpu.load(node + previous)) - 1);
  }

  /** Leaves the queue; 1 if the lock was granted meanwhile after all, and is kept. */
  private *leave(cpu: Cpu, node: number): Steps<number> {
    const me = cpu.id + 1;
    let before: number;
    for (;;) {
      // Read again each time: the one before may leave as well and put its own predecessor here.
      before = yield cpu.load(node + previous);
      const link = this.node(before) + next;
      if ((yield cpu.load(link)) === me && (yield cpu.cas(link, me, 0)) === me) break;
      // Whoever is before is just handing over, and would wait for this node to take it.
      if ((yield cpu.load(node + granted)) !== 0) return 1;
      yield cpu.pause();
    }
    cpu.count.retries++;
    const after = yield this.waitNext(cpu, node, before);
    if (after !== 0) {
      yield cpu.store(this.node(after) + previous, before);
      yield cpu.store(this.node(before) + next, after);
    }
    return 0;
  }

  /** The entry behind, taken off this node; or 0 once this was the last and `before` is the tail instead. */
  private *waitNext(cpu: Cpu, node: number, before: number): Steps<number> {
    const me = cpu.id + 1;
    for (;;) {
      if ((yield cpu.load(this.tail)) === me && (yield cpu.cas(this.tail, me, before)) === me) {
        return 0;
      }
      if ((yield cpu.load(node + next)) !== 0) {
        const after = yield cpu.swap(node + next, 0);
        if (after !== 0) return after;
      }
      yield cpu.pause();
    }
  }

  private node(entry: number): number {
    return this.nodes + (entry - 1) * lineWords;
  }
}
