import type { Cpu } from '../machine/cpu.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import { vma as record } from '../mm/vma.js';
import type { LockedSpace } from './locked-space.js';
import { SpeculationLocking } from './speculation.js';

/**
 * Speculative faults with a sequence count in each VMA (facts, A.17; Zijlstra 2010 and 2014, Dufour's v11 of
 * 2018): odd while the VMA changes. Only a change of its own VMA makes a fault start again.
 */
export class SpeculativeLocking extends SpeculationLocking {
  /** First of the VMAs whose count is odd. Guarded by `mmap_lock`. */
  readonly #isolated: number;

  constructor(space: LockedSpace) {
    super(space);
    this.#isolated = space.layout.allocate(1);
  }

  override check(memory: Memory): string[] {
    const { records } = this.space.index;
    const broken = super.check(memory);
    for (let index = 0; index < records.capacity; index++) {
      const vma = records.first + index * records.words;
      const sequence = memory.get(vma + record.sequence);
      if ((sequence & 1) !== 0) {
        const name = `VMA ${memory.get(vma + record.start)}-${memory.get(vma + record.end)}`;
        broken.push(`${name}: its sequence count ${sequence} says that it is being changed`);
      }
    }
    return broken;
  }

  override *isolate(cpu: Cpu, vma: number): Steps {
    const sequence = yield cpu.get(vma + record.sequence);
    if ((sequence & 1) !== 0) return;
    yield cpu.store(vma + record.sequence, sequence + 1);
    yield cpu.set(vma + record.isolatedNext, yield cpu.get(this.#isolated));
    yield cpu.set(this.#isolated, vma);
  }

  override *downgrade(cpu: Cpu): Steps<number> {
    if (!this.lock.canDowngrade) return 0;
    yield this.readmit(cpu);
    return yield super.downgrade(cpu);
  }

  override *endChange(cpu: Cpu): Steps {
    yield this.readmit(cpu);
    yield super.endChange(cpu);
  }

  protected override *find(cpu: Cpu, page: number): Steps<number> {
    const vma = yield this.space.index.lookup(cpu, page);
    if (vma === 0) return 0;
    const sequence = yield cpu.load(vma + record.sequence);
    cpu.task.sequence = sequence;
    return (sequence & 1) === 0 ? vma : 0;
  }

  protected override *unchanged(cpu: Cpu): Steps<number> {
    const { sequence, vma } = cpu.task;
    return (yield cpu.load(vma + record.sequence)) === sequence ? 1 : 0;
  }

  /** Makes every count even again; also of records that were freed meanwhile, or are another VMA's by now. */
  private *readmit(cpu: Cpu): Steps {
    let vma = yield cpu.get(this.#isolated);
    while (vma !== 0) {
      yield cpu.store(vma + record.sequence, (yield cpu.get(vma + record.sequence)) + 1);
      vma = yield cpu.get(vma + record.isolatedNext);
    }
    yield cpu.set(this.#isolated, 0);
  }
}
