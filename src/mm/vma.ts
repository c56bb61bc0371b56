import { structureWords } from '../machine/layout.js';

/** Words of one VMA record, relative to its first word. A VMA is named by its first word; 0 is none. */
export const vma = {
  /** First page and, exclusive, last page. */
  start: 0,
  end: 1,
  /** `vmaFlag` bits; 0 once the VMA is detached. */
  flags: 2,
  /** Index of the mapped file + 1; 0 for anonymous memory. */
  file: 3,
  /** Page of the file that `start` maps. */
  fileOffset: 4,
  /** First word of its `anon_vma`; 0 until the first page of its own. */
  anonVma: 5,
  process: 6,
  /** Next in the list of a free pool, or of an epoch. */
  next: 7,
} as const;

/** Words a VMA record takes: lines of its own, as the kernel's slab cache gives them. */
export const vmaWords = structureWords;

export const vmaFlag = {
  attached: 1,
  write: 2,
  execute: 4,
  shared: 8,
} as const;
