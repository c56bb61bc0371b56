import { VerifyFault } from '../fault.js';

/** A thread that held one lock when it went for another. */
interface Edge {
  readonly from: number;
  readonly to: number;
  readonly chain: string;
}

/**
 * The order in which threads take locks, over all interleavings that are explored. Two chains that run against each
 * other are a fault though no thread was stuck: with other timing, or a third thread, they would be
 * (as the kernel's lockdep has it, Documentation/locking/lockdep-design.rst).
 *
 * A lock is known by its first word. Whoever takes one by trying cannot be stuck, and is not told of.
 */
export class LockOrder {
  /** By thread: the locks it holds, in the order in which it took them, and what they are called. */
  private readonly held: { readonly lock: number; readonly name: string }[][];
  private readonly edges = new Map<number, Edge[]>();

  constructor(threads: number) {
    this.held = Array.from({ length: threads }, () => []);
  }

  /** A new execution: nobody holds anything. What is known of the order stays. */
  reset(): void {
    for (const held of this.held) held.length = 0;
  }

  /**
   * The thread goes for a lock, which it may have to wait for.
   *
   * @throws VerifyFault if others go for what it holds while they hold this one
   */
  wants(thread: number, lock: number, name: string): void {
    const held = this.held[thread] ?? [];
    for (const [index, { lock: from }] of held.entries()) {
      const known = this.edges.get(from) ?? [];
      if (from === lock || known.some(({ to }) => to === lock)) continue;
      const names = [...held.slice(index).map((each) => each.name), name];
      const chain = `thread ${thread} takes ${names.join(', then ')}`;
      const back = this.path(lock, from);
      if (back !== undefined) {
        throw new VerifyFault('order', [chain, ...back.map((edge) => edge.chain)].join('; but '));
      }
      this.edges.set(from, [...known, { from, to: lock, chain }]);
    }
  }

  has(thread: number, lock: number, name: string): void {
    this.held[thread]?.push({ lock, name });
  }

  leaves(thread: number, lock: number): void {
    const held = this.held[thread] ?? [];
    const index = held.findLastIndex((each) => each.lock === lock);
    if (index !== -1) held.splice(index, 1);
  }

  /** Edges that lead from one lock to another, the fewest there are. */
  private path(from: number, to: number): readonly Edge[] | undefined {
    const reached = new Map<number, readonly Edge[]>([[from, []]]);
    for (const [lock, edges] of reached) {
      if (lock === to) return edges;
      for (const edge of this.edges.get(lock) ?? []) {
        if (!reached.has(edge.to)) reached.set(edge.to, [...edges, edge]);
      }
    }
    return undefined;
  }
}
