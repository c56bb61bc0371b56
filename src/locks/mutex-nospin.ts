import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import type { Mutex, MutexDefinition } from './definition.js';
import { WaitList, waitListWords } from './wait-list.js';

export const free = 1;
export const held = 0;
/** Held, and somebody may be asleep. */
const contended = -1;

/** Words of the counter's line and the list. */
export const countingWords = (threads: number): number => lineWords + waitListWords(threads);

/** What they hold while the mutex is free. */
export const countingIdle: ReadonlyArray<readonly [offset: number, value: number]> = [
  [0, free],
  ...WaitList.idle(lineWords),
];

/**
 * The counting mutex of Linux up to 4.9, without its optimistic spinning: 1 is free, 0 held, negative held
 * with possible sleepers. The releaser frees it and then wakes the head of a FIFO list, so whoever runs may
 * take it first; no bound on how long a sleeper can be passed.
 */
export class MutexNoSpin implements Mutex {
  protected readonly counter: number;
  protected readonly list: WaitList;

  constructor(base: number) {
    this.counter = base;
    this.list = new WaitList(base + lineWords);
  }

  *lock(cpu: Cpu): Steps {
    if ((yield cpu.add(this.counter, -1)) !== free) yield this.lockSlow(cpu);
  }

  *unlock(cpu: Cpu): Steps {
    if ((yield cpu.add(this.counter, 1)) < held) yield this.unlockSlow(cpu);
  }

  *tryLock(cpu: Cpu): Steps<number> {
    return (yield cpu.cas(this.counter, free, held)) === free ? 1 : 0;
  }

  protected *lockSlow(cpu: Cpu): Steps {
    yield this.list.lock(cpu);
    if ((yield cpu.swap(this.counter, contended)) === free) {
      // Passed those asleep; the counter stays contended while there are any.
      if ((yield this.list.head(cpu)) === 0) yield cpu.store(this.counter, held);
      else cpu.count.steals++;
      yield this.list.unlock(cpu);
      return;
    }
    yield this.list.append(cpu, 0);
    // Looks once more before it sleeps: with `contended` in place the release that follows will wake it.
    while ((yield cpu.swap(this.counter, contended)) !== free) {
      yield this.list.unlock(cpu);
      yield this.list.sleep(cpu);
      yield this.list.lock(cpu);
      yield this.list.prepare(cpu);
    }
    if ((yield this.list.head(cpu)) !== cpu.id + 1) cpu.count.steals++;
    if (yield this.list.remove(cpu, cpu.id + 1)) yield cpu.store(this.counter, held);
    yield this.list.unlock(cpu);
  }

  protected *unlockSlow(cpu: Cpu): Steps {
    // Freed before the wake-up, so that a running thread can have it meanwhile.
    yield cpu.store(this.counter, free);
    yield this.list.lock(cpu);
    const head = yield this.list.head(cpu);
    if (head !== 0) yield this.list.rouse(cpu, head);
    yield this.list.unlock(cpu);
  }
}

export const mutexNoSpin: MutexDefinition = {
  name: 'mutex-nospin',
  kind: 'mutex',
  about: 'sleeping mutex without optimistic spinning; running threads may pass sleepers',
  since: '2.6.16',
  source: 'kernel/mutex.c, Linux 3.2, without its owner spinning',
  sleeps: true,
  spins: false,
  fair: false,
  words: countingWords,
  initial: () => [[0, free]],
  idle: () => countingIdle,
  create: (base) => new MutexNoSpin(base),
};
