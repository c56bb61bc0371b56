import { lineWords, structureWords } from '../machine/layout.js';

/**
 * Words of one VMA record, relative to its first word. A VMA is named by its first word; 0 is none.
 * `start`, `end` and `fileOffset` change only while the address space is locked for change and the reverse
 * maps of the VMA are locked for writing, so any one of these locks is enough to read them.
 */
export const vma = {
  /** First page and, exclusive, last page. */
  start: 0,
  end: 1,
  /** `vmaFlag` bits; 0 once the VMA is detached. */
  flags: 2,
  /** Index of the mapped region of kind `file` + 1; 0 for anonymous memory. */
  file: 3,
  /** Page of the file that `start` maps. */
  fileOffset: 4,
  /** First word of its `anon_vma`; 0 until the first page of its own. */
  anonVma: 5,
  process: 6,
  /** Next in the list of a free pool, or of an epoch. */
  next: 7,
  /** Epoch in which it was retired. */
  stamp: 8,
  /** Neighbours merge only if they have the same; tells apart the VMAs of a region, as a kernel's VMA names do. */
  name: 9,
  /** First of its `anon_vma` links; 0: none. Changed by the holder of its `mmap_lock`. */
  chain: 10,
  /** Neighbours in its file's list of mappings (`i_mmap`); changed under `iMmap` W only. */
  mappingNext: 11,
  mappingPrevious: 12,
  /** What a strategy tells changes by. Survives the reuse of a record, so that no old value comes back. */
  sequence: 13,
  /** Next of the VMAs that a change has isolated, where a strategy lists them. */
  isolatedNext: 14,
  /** Count of those who keep the VMA as it is, where a strategy has one (`VmaReaders`): a line of its own. */
  readers: lineWords,
  /** Pages that lead to it, where the index is one of slots. */
  pages: lineWords + 1,
} as const;

/** Words a VMA record takes: lines of its own, as the kernel's slab cache gives them. */
export const vmaWords = structureWords;

export const vmaFlag = {
  attached: 1,
  write: 2,
  execute: 4,
  shared: 8,
} as const;
