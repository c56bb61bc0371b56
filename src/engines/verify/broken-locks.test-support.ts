import type {
  LockDefinition,
  Mutex,
  RangeLock,
  ReadWriteLock,
  SequenceCount,
} from '../../locks/definition.js';
import type { Cpu } from '../../machine/cpu.js';
import type { Steps } from '../../machine/steps.js';
import type { FaultKind } from './fault.js';

/** A spinning lock on one word, right; each broken lock differs from it, or from the sleeping one, in one thing. */
class Spinning implements Mutex {
  protected readonly word: number;

  constructor(base: number) {
    this.word = base;
  }

  *lock(cpu: Cpu): Steps {
    for (;;) {
      if ((yield cpu.cas(this.word, 0, 1)) === 0) return;
      yield cpu.awaitChange(this.word, 1);
    }
  }

  *unlock(cpu: Cpu): Steps {
    yield cpu.store(this.word, 0);
  }
}

/** The three-state sleeping lock (Drepper, "Futexes Are Tricky", mutex 2): free, held, held with sleepers. */
class Sleeping implements Mutex {
  protected readonly word: number;

  constructor(base: number) {
    this.word = base;
  }

  *lock(cpu: Cpu): Steps {
    if ((yield cpu.cas(this.word, 0, 1)) === 0) return;
    while ((yield cpu.swap(this.word, 2)) !== 0) yield cpu.park(this.word, 2);
  }

  *unlock(cpu: Cpu): Steps {
    if ((yield cpu.swap(this.word, 0)) === 2) yield cpu.wake(this.word, 1);
  }
}

class LooksThenTakes extends Spinning {
  override *lock(cpu: Cpu): Steps {
    while ((yield cpu.load(this.word)) !== 0) yield cpu.awaitChange(this.word, 1);
    yield cpu.store(this.word, 1);
  }
}

class Open extends Spinning {
  override *lock(): Steps {
    return;
  }
}

/** Trusts that it holds the lock when `awaitChange` returns. */
class BelievesTheWait extends Spinning {
  override *lock(cpu: Cpu): Steps {
    const ticket = yield cpu.add(this.word + 1, 1);
    const serving = yield cpu.load(this.word);
    if (serving !== ticket) yield cpu.awaitChange(this.word, serving);
  }

  override *unlock(cpu: Cpu): Steps {
    yield cpu.add(this.word, 1);
  }
}

class NeverFrees extends Spinning {
  override *unlock(): Steps {
    return;
  }
}

/** Spins with a breath between two looks, for a lock that is never freed. */
class BreathesInVain extends NeverFrees {
  override *lock(cpu: Cpu): Steps {
    while ((yield cpu.swap(this.word, 1)) !== 0) yield cpu.pause();
  }
}

class NeverWakes extends Sleeping {
  override *unlock(cpu: Cpu): Steps {
    yield cpu.store(this.word, 0);
  }
}

/** Says that it held nobody up although a sleeper may have marked the word meanwhile. */
class LooksBeforeItFrees extends Sleeping {
  override *unlock(cpu: Cpu): Steps {
    const sleepers = yield cpu.load(this.word);
    yield cpu.store(this.word, 0);
    if (sleepers === 2) yield cpu.wake(this.word, 1);
  }
}

/** Believes that who is woken has been given the lock. */
class BelievesTheWake extends Sleeping {
  override *lock(cpu: Cpu): Steps {
    if ((yield cpu.cas(this.word, 0, 1)) === 0) return;
    yield cpu.swap(this.word, 2);
    yield cpu.park(this.word, 2);
  }

  override *unlock(cpu: Cpu): Steps {
    if ((yield cpu.load(this.word)) === 2 && (yield cpu.wake(this.word, 1)) === 1) return;
    yield cpu.store(this.word, 0);
  }
}

class FreesTwice extends Spinning {
  override *unlock(cpu: Cpu): Steps {
    yield cpu.store(this.word, 0);
    yield cpu.store(this.word, 0);
  }
}

class SleepsOnRelease extends Spinning {
  override *unlock(cpu: Cpu): Steps {
    yield cpu.sleep(1000);
    yield cpu.store(this.word, 0);
  }
}

class ForgetsAYield extends Spinning {
  override *unlock(cpu: Cpu): Steps {
    cpu.store(this.word, 0);
    yield cpu.load(this.word);
  }
}

class Throws extends Spinning {
  override *unlock(cpu: Cpu): Steps {
    if ((yield cpu.swap(this.word, 0)) === 0) return;
    throw new Error('nobody asked');
  }
}

/** Takes two words in an order that depends on who takes them. */
class CrossesOver extends Spinning {
  override *lock(cpu: Cpu): Steps {
    yield cpu.acquire(this.word + (cpu.id & 1), 0, 1);
    yield cpu.acquire(this.word + 1 - (cpu.id & 1), 0, 1);
  }

  override *unlock(cpu: Cpu): Steps {
    yield cpu.store(this.word, 0);
    yield cpu.store(this.word + 1, 0);
  }
}

class LeavesAMark extends Spinning {
  override *unlock(cpu: Cpu): Steps {
    yield cpu.add(this.word + 1, 1);
    yield cpu.store(this.word, 0);
  }
}

/** Readers are counted, and a writer waits until there are none: but one may come just then. */
class LetsAReaderIn implements ReadWriteLock {
  private readonly readers: number;
  private readonly writer: number;

  constructor(base: number) {
    this.readers = base;
    this.writer = base + 1;
  }

  *readLock(cpu: Cpu): Steps {
    for (let held = yield cpu.load(this.writer); held !== 0;) {
      held = yield cpu.awaitChange(this.writer, held);
    }
    yield cpu.add(this.readers, 1);
  }

  *readUnlock(cpu: Cpu): Steps {
    yield cpu.add(this.readers, -1);
  }

  *writeLock(cpu: Cpu): Steps {
    yield cpu.acquire(this.writer, 0, 1);
    for (let inside = yield cpu.load(this.readers); inside !== 0;) {
      inside = yield cpu.awaitChange(this.readers, inside);
    }
  }

  *writeUnlock(cpu: Cpu): Steps {
    yield cpu.store(this.writer, 0);
  }
}

/** Readers counted in one word, in which -1 is a writer. */
class Counted implements ReadWriteLock {
  protected readonly word: number;

  constructor(base: number) {
    this.word = base;
  }

  *readLock(cpu: Cpu): Steps {
    for (;;) {
      const count = yield cpu.load(this.word);
      if (count < 0) yield cpu.awaitChange(this.word, count);
      else if ((yield cpu.cas(this.word, count, count + 1)) === count) return;
    }
  }

  *readUnlock(cpu: Cpu): Steps {
    yield cpu.add(this.word, -1);
  }

  *writeLock(cpu: Cpu): Steps {
    yield cpu.acquire(this.word, 0, -1);
  }

  *writeUnlock(cpu: Cpu): Steps {
    yield cpu.store(this.word, 0);
  }

  *downgrade(cpu: Cpu): Steps {
    yield cpu.store(this.word, 1);
  }
}

/** For a moment during the downgrade it is free. */
class FreesToDowngrade extends Counted {
  override *downgrade(cpu: Cpu): Steps {
    yield this.writeUnlock(cpu);
    yield this.readLock(cpu);
  }
}

/** Locks each page of the range, in their order; readers too. */
class PageByPage implements RangeLock {
  protected readonly pages: number;

  constructor(base: number) {
    this.pages = base;
  }

  *acquire(cpu: Cpu, start: number, end: number): Steps<number> {
    for (let page = start; page < end; page++) yield cpu.acquire(this.pages + page, 0, 1);
    return start * 10 + end;
  }

  *release(cpu: Cpu, handle: number): Steps {
    for (let page = Math.floor(handle / 10); page < handle % 10; page++) {
      yield cpu.store(this.pages + page, 0);
    }
  }
}

class FirstPageOnly extends PageByPage {
  override *acquire(cpu: Cpu, start: number): Steps<number> {
    yield cpu.acquire(this.pages + start, 0, 1);
    return start * 10 + start + 1;
  }
}

/** Odd while a writer is at it. */
class Sequence implements SequenceCount {
  protected readonly word: number;

  constructor(base: number) {
    this.word = base;
  }

  *readBegin(cpu: Cpu): Steps<number> {
    let sequence = yield cpu.load(this.word);
    while ((sequence & 1) !== 0) sequence = yield cpu.awaitChange(this.word, sequence);
    return sequence;
  }

  *readRetry(cpu: Cpu, sequence: number): Steps<number> {
    return (yield cpu.load(this.word)) === sequence ? 0 : 1;
  }

  *writeBegin(cpu: Cpu): Steps {
    yield cpu.add(this.word, 1);
  }

  *writeEnd(cpu: Cpu): Steps {
    yield cpu.add(this.word, 1);
  }
}

/** Begins to read while a writer is at it. */
class ReadsAnOddOne extends Sequence {
  override *readBegin(cpu: Cpu): Steps<number> {
    return yield cpu.load(this.word);
  }
}

/** Spins for a while, then takes what it waited for, though the wait has only run out. */
class BelievesTheLimit extends Spinning {
  override *lock(cpu: Cpu): Steps {
    if ((yield cpu.cas(this.word, 0, 1)) === 0) return;
    yield cpu.awaitChange(this.word, 1, 1000);
    yield cpu.store(this.word, 1);
  }
}

const mutex = (
  name: string,
  create: new (base: number) => Mutex,
  more: { readonly fair?: boolean; readonly sleeps?: boolean } = {},
): LockDefinition => ({
  name,
  kind: 'mutex',
  sleeps: more.sleeps ?? true,
  fair: more.fair ?? false,
  words: () => 2,
  idle: () => [[0, 0]],
  create: (base) => new create(base),
});

const readWrite = (name: string, create: new (base: number) => ReadWriteLock): LockDefinition => ({
  name,
  kind: 'rw',
  sleeps: false,
  fair: false,
  words: () => 2,
  idle: () => [
    [0, 0],
    [1, 0],
  ],
  create: (base) => new create(base),
});

const range = (name: string, create: new (base: number) => RangeLock): LockDefinition => ({
  name,
  kind: 'range',
  sleeps: false,
  fair: false,
  words: () => 4,
  idle: () => [0, 1, 2, 3].map((word) => [word, 0]),
  create: (base) => new create(base),
});

const sequence = (name: string, create: new (base: number) => SequenceCount): LockDefinition => ({
  name,
  kind: 'sequence',
  sleeps: false,
  fair: false,
  words: () => 1,
  create: (base) => new create(base),
});

/** Locks with nothing wrong. */
export const rightLocks: readonly LockDefinition[] = [
  mutex('spinning', Spinning, { sleeps: false }),
  mutex('sleeping', Sleeping),
  readWrite('counted', Counted),
  range('page-by-page', PageByPage),
  sequence('sequence', Sequence),
];

/** Locks with one thing wrong, and what. */
export const brokenLocks: readonly (readonly [LockDefinition, FaultKind])[] = [
  [mutex('open', Open), 'exclusion'],
  [mutex('looks-then-takes', LooksThenTakes), 'exclusion'],
  [{ ...mutex('believes-the-wait', BelievesTheWait), idle: () => [] }, 'exclusion'],
  [mutex('frees-twice', FreesTwice), 'exclusion'],
  [readWrite('lets-a-reader-in', LetsAReaderIn), 'exclusion'],
  [readWrite('frees-to-downgrade', FreesToDowngrade), 'exclusion'],
  [range('first-page-only', FirstPageOnly), 'exclusion'],
  [mutex('believes-the-limit', BelievesTheLimit), 'exclusion'],
  [sequence('reads-an-odd-one', ReadsAnOddOne), 'torn'],
  [mutex('never-frees', NeverFrees), 'deadlock'],
  [mutex('breathes-in-vain', BreathesInVain), 'deadlock'],
  [mutex('crosses-over', CrossesOver), 'deadlock'],
  [mutex('never-wakes', NeverWakes), 'lost-wakeup'],
  [mutex('believes-the-wake', BelievesTheWake), 'lost-wakeup'],
  [mutex('looks-before-it-frees', LooksBeforeItFrees), 'lost-wakeup'],
  [mutex('spinning-fair', Spinning, { fair: true }), 'unfair'],
  [{ ...range('page-by-page-fair', PageByPage), fair: true }, 'unfair'],
  [mutex('sleeps-on-release', SleepsOnRelease, { sleeps: false }), 'slept'],
  [mutex('forgets-a-yield', ForgetsAYield), 'forgotten'],
  [mutex('throws', Throws), 'thrown'],
  [
    {
      ...mutex('leaves-a-mark', LeavesAMark),
      idle: () => [
        [0, 0],
        [1, 0],
      ],
    },
    'not-free',
  ],
];
