import type { Machine } from './machine.js';
import { found, whenRead, type Reading } from './reading.js';
import { unexpected } from './values.js';

const path = '/sys/kernel/mm/transparent_hugepage/enabled';

/** Setting of transparent huge pages: `always`, `madvise` or `never`. */
export const readHugePages = (machine: Machine): Reading<string> =>
  whenRead(machine.read(path), (text) => {
    const setting = /\[(\w+)\]/.exec(text)?.[1];
    return setting === undefined ? unexpected(path) : found(setting);
  });
