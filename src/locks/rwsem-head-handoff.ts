import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import type { ReadWriteDefinition } from './definition.js';
import { aReader, RwsemHandoff, unspinnable, usualHandoff, type Handoff } from './rwsem-handoff.js';
import {
  handoffBit,
  modernDefinition,
  readBias,
  readerOwned,
  type ReadersWoken,
} from './rwsem-modern.js';

/**
 * After how long one that has been woken for the first time may ask, ns: longer than it takes to queue and look once, and
 * shorter than any sleep.
 */
const atFirstWakeUp = 1000;

/**
 * The reader/writer semaphore as it was when it first handed itself over (April 2019), before the rest of what went
 * into Linux 5.3. Readers neither spin nor steal. Writers spin only while a writer runs, and not at all once readers
 * have been inside, until a writer has had the lock. The head of the queue alone asks for the handoff, and then
 * sleeps until it is woken: spinning for it came in 5.6 (91d2a812dfb9).
 */
export class RwsemHeadHandoff extends RwsemHandoff {
  protected override *mayAsk(cpu: Cpu, entry: number): Steps<number> {
    if ((yield this.list.head(cpu)) !== entry) return 0;
    return yield super.mayAsk(cpu, entry);
  }

  protected override *readSlow(cpu: Cpu): Steps {
    yield this.queueToRead(cpu, readBias);
  }

  protected override *maySpin(cpu: Cpu, flag: number): Steps<number> {
    if (((yield cpu.load(this.owner)) & readerOwned) !== 0) return 0;
    return yield super.maySpin(cpu, flag);
  }

  protected override *awaitWriter(cpu: Cpu, flag: number): Steps<number> {
    if (((yield cpu.load(this.count)) & handoffBit) !== 0) return unspinnable;
    const state = yield super.awaitWriter(cpu, flag);
    return state === aReader ? unspinnable : state;
  }

  protected override *spinWhenFavoured(): Steps<number> {
    return 0;
  }
}

const definitionOf = (
  name: string,
  about: string,
  handoff: Handoff,
  readersWoken: ReadersWoken,
): ReadWriteDefinition =>
  modernDefinition(
    {
      name,
      about,
      since: 'on the way to 5.3',
      source:
        'kernel/locking/rwsem-xadd.c and rwsem.h as of Linux commits 4f23dbc1e657 and d3681e269fff (April 2019)',
    },
    (base, threads, turns) => new RwsemHeadHandoff(base, threads, handoff, readersWoken, turns),
  );

/** What its parameters change, each under a name of its own. */
export const rwsemHeadHandoffs: readonly ReadWriteDefinition[] = [
  definitionOf(
    'rwsem-head-handoff',
    'the first rwsem with a handoff: writers spin for writers only, readers sleep, the head is handed the lock after 4 ms',
    usualHandoff,
    'run',
  ),
  definitionOf(
    'rwsem-head-handoff-all',
    'rwsem-head-handoff that lets in all queued readers, not only those before the first queued writer',
    usualHandoff,
    'all',
  ),
  definitionOf(
    'rwsem-head-handoff-always',
    'rwsem-head-handoff that keeps the lock for the head from its first wake-up in vain',
    atFirstWakeUp,
    'run',
  ),
];
