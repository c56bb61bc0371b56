import type { Memory } from '../machine/memory.js';
import type { AddressSpace } from './address-space.js';
import { vma as record, vmaFlag } from './vma.js';

/** The VMAs of an address space, each once, in the order in which they map pages. */
export function eachVma(memory: Memory, space: AddressSpace): number[] {
  return [...new Set(space.index.extents(memory).map(({ vma }) => vma))];
}

/** What is wrong with the index of VMAs: its own structure, order, bounds and what the VMAs say of themselves. */
export function checkIndex(memory: Memory, space: AddressSpace): string[] {
  const broken: string[] = [];
  const who = `process ${space.process}`;
  let last = 0;
  for (const { vma, start, end } of space.index.extents(memory)) {
    const name = `${who}: VMA ${start}-${end}`;
    if (start < last) broken.push(`${name} overlaps the one before, which ends at ${last}`);
    last = end;
    if (end <= start) broken.push(`${name} is empty`);
    if (memory.get(vma + record.start) > start || memory.get(vma + record.end) < end) {
      broken.push(`${name} is outside of its bounds`);
    }
    if ((memory.get(vma + record.flags) & vmaFlag.attached) === 0) {
      broken.push(`${name} is in the index, but detached`);
    }
    if (memory.get(vma + record.process) !== space.process) {
      broken.push(`${name} belongs to process ${memory.get(vma + record.process)}`);
    }
  }
  return [...broken, ...space.index.check(memory, who)];
}
