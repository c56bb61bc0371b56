import type { Memory } from '../machine/memory.js';
import type { AddressSpace } from './address-space.js';
import { node, nodeEntries, treeDepth } from './tree-node.js';
import { vma as record, vmaFlag } from './vma.js';

/** The VMAs of an address space in the order of the tree. */
export function eachVma(memory: Memory, space: AddressSpace): number[] {
  const found: number[] = [];
  collect(memory, memory.get(space.tree.root), treeDepth, found);
  return found;
}

/** What is wrong with the VMA tree: order, bounds, gaps and what the VMAs say of themselves. */
export function checkTree(memory: Memory, space: AddressSpace): string[] {
  const broken: string[] = [];
  const who = `process ${space.process}`;
  let end = 0;
  for (const vma of eachVma(memory, space)) {
    const start = memory.get(vma + record.start);
    const name = `${who}: VMA ${start}-${memory.get(vma + record.end)}`;
    if (start < end) broken.push(`${name} overlaps the one before, which ends at ${end}`);
    end = memory.get(vma + record.end);
    if (end <= start) broken.push(`${name} is empty`);
    if ((memory.get(vma + record.flags) & vmaFlag.attached) === 0) {
      broken.push(`${name} is in the tree, but detached`);
    }
    if (memory.get(vma + record.process) !== space.process) {
      broken.push(`${name} belongs to process ${memory.get(vma + record.process)}`);
    }
  }
  const root = memory.get(space.tree.root);
  if (root !== 0) checkNode(memory, root, who, broken);
  return broken;
}

function collect(memory: Memory, at: number, depth: number, found: number[]): void {
  if (at === 0 || depth === 0) return;
  for (let index = 0; index < entries(memory, at); index++) {
    const pointer = memory.get(at + node.pointers + index);
    if (memory.get(at + node.level) === 0) found.push(pointer);
    else collect(memory, pointer, depth - 1, found);
  }
}

/** Checks a node's entries against what they point to, and gives its largest gap. */
function checkNode(memory: Memory, at: number, who: string, broken: string[]): number {
  const level = memory.get(at + node.level);
  let gap = 0;
  for (let index = 0; index < entries(memory, at); index++) {
    const pointer = memory.get(at + node.pointers + index);
    const start = memory.get(at + node.starts + index);
    const end = memory.get(at + node.ends + index);
    let first = memory.get(pointer + (level === 0 ? record.start : node.starts));
    let last = memory.get(pointer + record.end);
    if (level > 0) {
      gap = Math.max(gap, checkNode(memory, pointer, who, broken));
      last = memory.get(pointer + node.ends + entries(memory, pointer) - 1);
      first = memory.get(pointer + node.starts);
    }
    if (start !== first || end !== last) {
      broken.push(`${who}: the tree says ${start}-${end} where ${first}-${last} is`);
    }
    if (index > 0) gap = Math.max(gap, start - memory.get(at + node.ends + index - 1));
  }
  const said = memory.get(at + node.gap);
  if (said !== gap) broken.push(`${who}: a node says its largest gap is ${said}, it is ${gap}`);
  return gap;
}

const entries = (memory: Memory, at: number): number =>
  Math.min(memory.get(at + node.count), nodeEntries);
