import type { Cpu } from '../machine/cpu.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import type { LockedSpace } from './locked-space.js';
import { SpeculationLocking } from './speculation.js';

/**
 * Speculative faults with one sequence count for the whole address space (facts, A.17; Lespinasse 2021): odd
 * while `mmap_lock` is held for writing. Writers have nothing else to do, but every change anywhere makes
 * all faults in progress start again.
 */
export class SpeculativeMmLocking extends SpeculationLocking {
  readonly #sequence: number;

  constructor(space: LockedSpace) {
    super(space);
    this.#sequence = space.layout.allocate(1);
  }

  override check(memory: Memory): string[] {
    const sequence = memory.get(this.#sequence);
    const broken = super.check(memory);
    if ((sequence & 1) !== 0) {
      broken.push(`the sequence count ${sequence} says that the address space is being changed`);
    }
    return broken;
  }

  override *beginChange(cpu: Cpu, start: number, end: number, shape: 0 | 1): Steps {
    yield super.beginChange(cpu, start, end, shape);
    yield this.nextSequence(cpu);
  }

  override *downgrade(cpu: Cpu): Steps<number> {
    if (!this.lock.canDowngrade) return 0;
    yield this.nextSequence(cpu);
    return yield super.downgrade(cpu);
  }

  override *endChange(cpu: Cpu): Steps {
    yield this.nextSequence(cpu);
    yield super.endChange(cpu);
  }

  protected override *find(cpu: Cpu, page: number): Steps<number> {
    const sequence = yield cpu.load(this.#sequence);
    cpu.task.sequence = sequence;
    return (sequence & 1) === 0 ? yield this.space.index.lookup(cpu, page) : 0;
  }

  protected override *unchanged(cpu: Cpu): Steps<number> {
    return (yield cpu.load(this.#sequence)) === cpu.task.sequence ? 1 : 0;
  }

  private *nextSequence(cpu: Cpu): Steps {
    yield cpu.store(this.#sequence, (yield cpu.get(this.#sequence)) + 1);
  }
}
