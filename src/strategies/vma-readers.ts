import type { Cpu } from '../machine/cpu.js';
import { lockClassIndex } from '../machine/lock-class.js';
import type { Memory } from '../machine/memory.js';
import type { Steps } from '../machine/steps.js';
import type { VmaRecords } from '../mm/vma-index.js';
import { vma as record, vmaFlag } from '../mm/vma.js';
import { vmaCounters } from './vma-counters.js';

/** The count of a VMA that nobody reads; 0 once it is dissolved. Readers add one each. */
const attached = 1;
/** Added while a writer waits for the readers to leave; none can enter then. */
const excluding = 0x4000_0000;

/** Of `Task.heldSince`. */
const slot = 2 * lockClassIndex('vma');

/**
 * The lock of each VMA, reduced to what its users do with it (facts, A.16): readers only ever try, and a
 * writer, who is alone because it holds `mmap_lock`, waits for them to leave. One word in a line of its own, as
 * the semaphore of Linux 6.4 and the reference count of 6.15 (`include/linux/mmap_lock.h`). A holder may
 * sleep. One object serves all VMAs.
 */
export class VmaReaders {
  /** 1 if it entered; 0: a writer is there, or the VMA is dissolved. */
  *tryEnter(cpu: Cpu, vma: number): Steps<number> {
    const word = vma + record.readers;
    let seen = yield cpu.load(word);
    for (;;) {
      if (seen === 0 || seen >= excluding) return 0;
      const found = yield cpu.cas(word, seen, seen + 1);
      if (found === seen) break;
      seen = found;
    }
    const { task } = cpu;
    vmaCounters(task).acquisitions++;
    if (task.sampled !== 0) task.heldSince[slot] = yield cpu.now();
    return 1;
  }

  *leave(cpu: Cpu, vma: number): Steps {
    const { task } = cpu;
    const since = task.heldSince[slot] as number;
    if (since !== 0) {
      const held = (yield cpu.now()) - since;
      if (held > task.holdNs) task.holdNs = held;
      task.heldSince[slot] = 0;
    }
    const left = (yield cpu.add(vma + record.readers, -1)) - 1;
    if (left === excluding || left === excluding + attached) {
      yield cpu.wake(vma + record.readers, 1);
    }
  }

  /** Keeps readers out and waits until those inside have left. `readmit` ends it. */
  *exclude(cpu: Cpu, vma: number): Steps {
    vmaCounters(cpu.task).acquisitions++;
    const before = yield cpu.add(vma + record.readers, excluding);
    if (before !== attached) yield this.awaitReaders(cpu, vma + record.readers, attached);
  }

  *readmit(cpu: Cpu, vma: number): Steps {
    yield cpu.add(vma + record.readers, -excluding);
  }

  /** Takes the last reference of a VMA that has left the index: nobody enters from here on. */
  *dissolve(cpu: Cpu, vma: number): Steps {
    const word = vma + record.readers;
    if ((yield cpu.add(word, -attached)) === attached) return;
    // Someone who found it before is about to see that it is locked for writing.
    yield cpu.add(word, excluding);
    yield this.awaitReaders(cpu, word, 0);
    yield cpu.add(word, -excluding);
  }

  /** What is wrong while nothing runs: every VMA in use has exactly its own reference. */
  check(memory: Memory, vmas: VmaRecords): string[] {
    const broken: string[] = [];
    for (let index = 0; index < vmas.capacity; index++) {
      const vma = vmas.first + index * vmas.words;
      const readers = memory.get(vma + record.readers);
      const live = (memory.get(vma + record.flags) & vmaFlag.attached) !== 0;
      if (readers !== attached && (live || readers !== 0)) {
        const name = `VMA ${memory.get(vma + record.start)}-${memory.get(vma + record.end)}`;
        broken.push(`${name}: its lock counts ${readers} instead of ${attached}`);
      }
    }
    return broken;
  }

  private *awaitReaders(cpu: Cpu, word: number, base: number): Steps {
    const { task } = cpu;
    const outer = cpu.count;
    const count = vmaCounters(task);
    cpu.count = count;
    task.blockedAt = 0;
    task.noSleepDepth -= task.noSleepObserved;
    let seen = yield cpu.load(word);
    while (seen !== excluding + base) {
      count.sleeps++;
      yield cpu.park(word, seen);
      seen = yield cpu.load(word);
    }
    task.noSleepDepth += task.noSleepObserved;
    if (task.blockedAt !== 0) {
      count.contended++;
      task.waitedNs += (yield cpu.now()) - task.blockedAt;
      task.blockedAt = 0;
    }
    cpu.count = outer;
  }
}
