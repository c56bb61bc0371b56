import type { Layout } from '../machine/layout.js';
import type { LockClass } from '../machine/lock-class.js';
import type { LockRecord } from '../locks/lock-record.js';
import { Observed } from '../locks/observed.js';
import { lockNamed, type LockTable } from '../locks/registry.js';
import type { SleepingWordLock } from '../locks/sleeping-word-lock.js';
import type { Core } from './core.js';
import type { LockMaker } from './lock-maker.js';

/** Where the kernel has a sleeping lock that no strategy replaces, this one stands under all of them. */
const fixedLock = 'rwsem-spin';

/** Makes the locks of reverse maps and files as a world's strategy says. */
export class CoreLocks implements LockMaker {
  readonly record: LockRecord;
  readonly folio: SleepingWordLock;
  readonly #layout: Layout;
  readonly #core: Core;

  constructor(layout: Layout, core: Core) {
    this.#layout = layout;
    this.#core = core;
    this.record = core.record;
    this.folio = core.folioLock;
  }

  reverseMap(lockClass: 'i_mmap' | 'anon_vma'): Observed {
    const { locks, strategy } = this.#core;
    return this.#make(locks, strategy.rmapLock, lockClass, 0);
  }

  fixed(lockClass: 'inode' | 'uprobes' | 'invalidate', nested: 0 | 1 = 0): Observed {
    return this.#make(this.#core.locks, fixedLock, lockClass, nested);
  }

  #make(locks: LockTable, name: string, lockClass: LockClass, nested: 0 | 1): Observed {
    return new Observed(
      this.#layout,
      this.record,
      lockNamed(locks, name),
      this.#core.world.threads,
      lockClass,
      nested,
    );
  }
}
