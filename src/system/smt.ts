import type { Machine } from './machine.js';
import { found, whenRead, type Reading } from './reading.js';
import { readCount } from './values.js';

/** Folder in which the kernel says whether several threads of one core are online, and in which that is changed. */
export const smtFolder = '/sys/devices/system/cpu/smt';

/** Whether some core has more than one of its threads online. */
export const readSmt = (machine: Machine): Reading<boolean> =>
  whenRead(readCount(machine.read, `${smtFolder}/active`), (active) => found(active !== 0));
