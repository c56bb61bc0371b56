import type { Memory } from '../machine/memory.js';
import { node, nodeEntries, treeDepth } from './tree-node.js';
import type { VmaExtent } from './vma-index.js';
import { vma as record } from './vma.js';

/** The VMAs of a tree in its order. */
export function treeExtents(memory: Memory, root: number): VmaExtent[] {
  const found: VmaExtent[] = [];
  collect(memory, root, treeDepth, found);
  return found;
}

/** What is wrong with the nodes of a VMA tree: bounds and gaps. */
export function checkTree(memory: Memory, root: number, who: string): string[] {
  const broken: string[] = [];
  if (root !== 0) checkNode(memory, root, who, broken);
  return broken;
}

function collect(memory: Memory, at: number, depth: number, found: VmaExtent[]): void {
  if (at === 0 || depth === 0) return;
  for (let index = 0; index < entries(memory, at); index++) {
    const vma = memory.get(at + node.pointers + index);
    if (memory.get(at + node.level) > 0) collect(memory, vma, depth - 1, found);
    else {
      const start = memory.get(vma + record.start);
      found.push({ vma, start, end: memory.get(vma + record.end) });
    }
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
