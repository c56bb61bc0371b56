import type { OperationName } from './plan.js';

/** What each operation does, in a line: for the schema's readers and for `mmlock list operations`. */
export const operationAbouts: Readonly<Record<OperationName, string>> = {
  fault: 'Makes one page present; pages: n is n faults, each counted and timed',
  mmap: 'Maps pages of anonymous memory, or of a file',
  munmap: 'Unmaps what this thread mapped last',
  mprotect: 'Makes pages read-only or writable; a part of a VMA splits it',
  brk: 'Grows the heap by pages, or shrinks it where pages is negative',
  madvise: 'Drops pages (MADV_DONTNEED)',
  fork: 'Copies the address space; the child exits after child',
  gup: 'get_user_pages: pins pages for a time',
  'gup-fast': 'get_user_pages_fast: walks without a lock, falls back',
  'rmap-walk': 'Reclaim: unmaps frames found from the region, through their reverse maps',
  notifier: 'Invalidates pages for a device: calls the notifiers',
  'uprobe-register': 'Registers a probe: a breakpoint in every mapping of the page',
  'uprobe-unregister': 'Takes back the probe registered by the same round',
  'exec-text': 'Executes text: touches an instruction of a page, and may hit a breakpoint',
  'file-write': 'write(2): the inode lock, then a fault on the buffer',
  truncate: 'Drops pages of a file from the page cache and from every mapping',
  section: 'A plain critical section',
};
