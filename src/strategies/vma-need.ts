import type { Memory } from '../machine/memory.js';
import { vma as record, vmaFlag } from '../mm/vma.js';

/** Whether a VMA record, or a copy of one, is attached and maps a page. */
export const maps = (memory: Memory, vma: number, page: number): boolean =>
  (memory.get(vma + record.flags) & vmaFlag.attached) !== 0 &&
  memory.get(vma + record.start) <= page &&
  page < memory.get(vma + record.end);

/**
 * Whether a fault may have to give a VMA its `anon_vma`. That takes `mmap_lock` (as in Linux 6.4 to 6.9), since
 * who decides whether neighbours can be merged compares theirs without locking each VMA first.
 */
export const needsAnonVma = (memory: Memory, vma: number, write: 0 | 1): boolean =>
  write === 1 &&
  memory.get(vma + record.anonVma) === 0 &&
  (memory.get(vma + record.flags) & vmaFlag.shared) === 0;
