import type { Cpu } from '../machine/cpu.js';
import { lineWords } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import type { SequenceCount, SequenceDefinition } from './definition.js';

/**
 * Sequence counter: even while the data is whole, odd while a writer is at it. Readers write nothing; they read
 * the count, then the data, then the count again, and start anew if it has changed. Writers exclude each
 * other by a lock of their own. How often a reader has to start anew has no bound.
 */
export class Seqcount implements SequenceCount {
  private readonly sequence: number;

  constructor(base: number) {
    this.sequence = base;
  }

  *readBegin(cpu: Cpu): Steps<number> {
    let sequence = yield cpu.load(this.sequence);
    if ((sequence & 1) !== 0) {
      cpu.count.spins++;
      while ((sequence & 1) !== 0) sequence = yield cpu.awaitChange(this.sequence, sequence);
    }
    return sequence;
  }

  *tryReadBegin(cpu: Cpu): Steps<number> {
    return yield cpu.load(this.sequence);
  }

  *readRetry(cpu: Cpu, sequence: number): Steps<number> {
    // An odd one was never whole.
    if ((sequence & 1) === 0 && (yield cpu.load(this.sequence)) === sequence) return 0;
    cpu.count.retries++;
    return 1;
  }

  *writeBegin(cpu: Cpu): Steps {
    yield cpu.add(this.sequence, 1);
  }

  *writeEnd(cpu: Cpu): Steps {
    yield cpu.add(this.sequence, 1);
  }
}

export const seqcount: SequenceDefinition = {
  name: 'seqcount',
  kind: 'sequence',
  about: 'sequence counter: readers write nothing, and start anew if a writer was there meanwhile',
  since: '2.6; in mmap_lock since 6.14',
  source: 'include/linux/seqlock.h and Documentation/locking/seqlock.rst, Linux 6.1',
  sleeps: false,
  spins: true,
  fair: false,
  words: () => lineWords,
  idle: () => [],
  create: (base) => new Seqcount(base),
};
