import type { Cpu } from '../../machine/cpu.js';
import type { Layout } from '../../machine/layout.js';
import type { Memory } from '../../machine/memory.js';
import type { Steps } from '../../machine/steps.js';
import { LockRecord } from '../../locks/lock-record.js';
import { Observed } from '../../locks/observed.js';
import { lockNamed, type LockTable } from '../../locks/registry.js';
import type { Plan } from '../../workload/plan.js';
import type { Strategy } from '../../strategies/strategy.js';
import type { OperationSteps } from '../../workload/operation-steps.js';
import type { World } from '../../mm/world.js';

class SectionOperations {
  readonly lock: Observed;
  constructor(lock: Observed) {
    this.lock = lock;
  }
  *section(cpu: Cpu, _lock: number, write: number, holdNs: number): Steps<number> {
    yield write === 1 ? this.lock.writeLock(cpu) : this.lock.readLock(cpu);
    yield cpu.work(holdNs);
    yield write === 1 ? this.lock.writeUnlock(cpu) : this.lock.readUnlock(cpu);
    return 0;
  }
}
export class Model {
  readonly operations: OperationSteps;
  readonly lock: Observed;
  readonly record: LockRecord;
  constructor(layout: Layout, _plan: Plan, strategy: Strategy, locks: LockTable, world: World) {
    this.record = new LockRecord(layout, world.threads);
    this.lock = new Observed(
      layout,
      this.record,
      lockNamed(locks, strategy.mmapLock),
      world.threads,
      'mmap_lock',
    );
    this.operations = new SectionOperations(this.lock) as unknown as OperationSteps;
  }
  initialise(memory: Memory): void {
    this.lock.initialise(memory);
  }
  check(memory: Memory): string[] {
    return [...this.lock.check(memory), ...this.record.check(memory)];
  }
  regionStart(_process: number, region: number): number {
    return region;
  }
}
