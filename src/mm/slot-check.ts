import type { Memory } from '../machine/memory.js';
import { SlotTree, slotState, slotVma } from './slot-tree.js';
import type { VmaExtent } from './vma-index.js';
import { vma as record } from './vma.js';

/** What the slots of an address space map, in order; neighbours that lead to one VMA are one extent. */
export function slotExtents(memory: Memory, slots: SlotTree): VmaExtent[] {
  const found: VmaExtent[] = [];
  for (let page = 0; page < slots.pages;) {
    const level = slots.levelOf(memory, page);
    const vma = slotVma(memory.get(slots.slot(level, page)));
    const end = slots.after(level, page);
    const last = found.at(-1);
    if (vma !== 0 && last?.vma === vma && last.end === page) {
      found[found.length - 1] = { ...last, end };
    } else if (vma !== 0) {
      found.push({ vma, start: page, end });
    }
    page = end;
  }
  return found;
}

/** What is wrong with slots that nobody uses: locked ones, nodes that are there or not against what the slot above says, counts. */
export function checkSlots(memory: Memory, slots: SlotTree, who: string): string[] {
  const broken: string[] = [];
  broken.push(...(slots.nodeLocks?.check(memory) ?? []));
  checkNode(memory, slots, slots.top, 0, true, who, broken);
  const pages = new Map<number, number>();
  for (const { vma, start, end } of slotExtents(memory, slots)) {
    pages.set(vma, (pages.get(vma) ?? 0) + end - start);
  }
  for (const [vma, found] of pages) {
    const said = memory.get(vma + record.pages);
    if (said !== found) {
      const name = `VMA ${memory.get(vma + record.start)}-${memory.get(vma + record.end)}`;
      broken.push(`${who}: ${name} counts ${said} pages, but ${found} lead to it`);
    }
  }
  return broken;
}

/** Checks the slots of the node of a level that begins at `first`, and what is below them. */
function checkNode(
  memory: Memory,
  slots: SlotTree,
  level: number,
  first: number,
  there: boolean,
  who: string,
  broken: string[],
): void {
  const end = Math.min(first + slots.span(level + 1), slots.pages);
  for (let page = first; page < end; page = slots.after(level, page)) {
    const word = memory.get(slots.slot(level, page));
    const name = `${who}: the slot of page ${page} at level ${level}`;
    if (!there && word !== slotState.gone) broken.push(`${name} is of a node that is not there`);
    if (there && word === slotState.gone) broken.push(`${name} is gone, but its node is there`);
    if (there && (word & (slotState.locked | slotState.waited)) !== 0) {
      broken.push(`${name} was left locked`);
    }
    if (level > 0) {
      const below = there && word === slotState.expanded;
      checkNode(memory, slots, level - 1, page, below, who, broken);
    }
  }
}
