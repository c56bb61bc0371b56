import type { LockTable } from '../../locks/registry.js';
import { Layout } from '../../machine/layout.js';
import type { Strategy } from '../../strategies/strategy.js';
import type { Plan } from '../../workload/plan.js';
import { Assembly } from '../assembly.js';
import { ControlLayout } from './control.js';

/** A trial in the buffer that workers share, with what they tell each other of themselves. */
export class ThreadsAssembly extends Assembly {
  readonly control: ControlLayout;

  constructor(plan: Plan, strategy: Strategy, locks: LockTable) {
    const layout = new Layout();
    super(plan, strategy, locks, layout);
    this.control = new ControlLayout(layout, plan.threads);
  }
}
