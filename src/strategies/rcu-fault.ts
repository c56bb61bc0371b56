import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import { vma as record } from '../mm/vma.js';
import { SpeculationLocking } from './speculation.js';

/**
 * Faults under RCU, mapping operations one at a time (Bonsai: Clements, Kaashoek and Zeldovich, 'Scalable
 * Address Spaces Using RCU Balanced Trees', ASPLOS 2012): a fault keeps no count of changes, but looks at the
 * VMA itself once more: still attached, with the same permissions, and around the page. Every change of a
 * VMA is made before its entries are cleared under the page-table lock, so this is enough.
 */
export class RcuFaultLocking extends SpeculationLocking {
  protected override *find(cpu: Cpu, page: number): Steps<number> {
    const vma = yield this.space.index.lookup(cpu, page);
    if (vma !== 0) cpu.task.sequence = yield cpu.load(vma + record.flags);
    return vma;
  }

  protected override *unchanged(cpu: Cpu): Steps<number> {
    const { page, sequence, vma } = cpu.task;
    // Flags of a detached VMA are 0; those of an attached one never are.
    if ((yield cpu.load(vma + record.flags)) !== sequence) return 0;
    if ((yield cpu.load(vma + record.start)) > page) return 0;
    return (yield cpu.load(vma + record.end)) > page ? 1 : 0;
  }
}
