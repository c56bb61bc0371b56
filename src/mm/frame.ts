/** Words of one frame's record (the kernel's `struct page`), relative to its first word. */
export const frameRecord = {
  /** References: one a mapping, one of the page cache, one a pin. 0: free. Changed by atomics only. */
  references: 0,
  /** Page-table entries that map it. Changed under the page-table lock of the entry, by atomics. */
  mappings: 1,
  /** First word of its `anon_vma`, or of its file (`frameIsFile` set in `flags`); 0 while it has no owner. */
  owner: 2,
  /** Page number within the owner: of the file, or for anonymous memory of the address space. */
  index: 3,
  flags: 4,
  /** Folio lock: 0 free, else the holder's id + 1. */
  lock: 5,
  /** Word of the page cache that holds it, while `frameFlag.file` is set. */
  slot: 6,
} as const;

export const frameRecordWords = 8;

export const frameFlag = {
  /** `owner` is a file, and the frame sits in its page cache. */
  file: 1,
  /** Its content was read from the device. */
  upToDate: 2,
  /** Carries a breakpoint that uprobes installed. */
  breakpoint: 4,
  /** Leaves the page cache with its last mapping (`MappedFile.isKept`). */
  transient: 8,
} as const;
