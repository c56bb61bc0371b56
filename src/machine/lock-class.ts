/** The classes of locks that the model takes, outermost first (Documentation/mm/process_addrs.rst, about 7.0). */
export const lockClasses = [
  'inode',
  'uprobes',
  'mmap_lock',
  'invalidate',
  'folio',
  'vma',
  'i_mmap',
  'anon_vma',
  'page_table',
  'zone',
] as const;

export type LockClass = (typeof lockClasses)[number];

/** Index of a class in `lockClasses`, in `Task.counters` and in every per-class table. */
export const lockClassIndex = (name: LockClass): number => lockClasses.indexOf(name);
