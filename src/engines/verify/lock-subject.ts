import type {
  AnyLock,
  LockDefinition,
  Mutex,
  RangeLock,
  ReadWriteLock,
  SequenceCount,
} from '../../locks/definition.js';
import { alignWords, structureWords } from '../../machine/layout.js';
import type { Steps } from '../../machine/steps.js';
import type { Program, Subject } from './subject.js';
import { LockProperty } from './lock-property.js';
import { asksFairness, type Scenario } from './lock-scenarios.js';
import { lockUnderTest } from './lock-under-test.js';
import type { VerifyCpu } from './verify-cpu.js';

/** First word of the lock. */
export const lockBase = structureWords;
/** Pages of the range that range locks are tried on; and words for the data that a sequence count tells of. */
const pages = 3;

/** First word that the sections of holders touch; a range lock's have one for each page. */
export const witnessOf = (definition: LockDefinition, threads: number): number =>
  lockBase + alignWords(definition.words(threads));

/**
 * Programs that use a lock as the scenario says, over its words, with what must hold of a lock as the
 * property. Each section touches a witness word that only the lock protects.
 */
export function lockSubject(definition: LockDefinition, scenario: Scenario): Subject {
  const threads = scenario.threads.length;
  const witness = witnessOf(definition, threads);
  const image = new Int32Array(witness + pages);
  for (const [offset, value] of definition.initial?.(threads) ?? []) {
    image[lockBase + offset] = value;
  }
  const asks = asksFairness(definition, scenario);
  const property = new LockProperty(definition, threads, lockBase, witness, pages, asks);
  const lock = lockUnderTest(definition, lockBase, threads);
  const use = useOf(definition, lock, property, witness);
  const programs = scenario.threads.map(
    (actions): Program =>
      (cpu) =>
        rounds(cpu, use, actions),
  );
  const wordName = (word: number): string => {
    if (word < lockBase || word >= witness + pages) return `word ${word}`;
    if (word < witness) return `lock+${word - lockBase}`;
    switch (definition.kind) {
      case 'range':
        return `page ${word - witness}`;
      case 'sequence':
        return word === witness ? 'writers' : `data+${word - witness - 1}`;
      default:
        return 'section';
    }
  };
  return { programs, image, property, wordName };
}

interface Use {
  once(cpu: VerifyCpu, action: string): Steps;
}

function* rounds(cpu: VerifyCpu, use: Use, actions: readonly string[]): Steps {
  for (const action of actions) yield use.once(cpu, action);
}

function useOf(
  { kind }: LockDefinition,
  lock: AnyLock,
  property: LockProperty,
  witness: number,
): Use {
  switch (kind) {
    case 'mutex':
      return new MutexUse(lock as Mutex, property, witness);
    case 'rw':
      return new ReadWriteUse(lock as ReadWriteLock, property, witness);
    case 'range':
      return new RangeUse(lock as RangeLock, property, witness);
    case 'sequence':
      return new SequenceUse(lock as SequenceCount, property, witness);
  }
}

class MutexUse implements Use {
  private readonly lock: Mutex;
  private readonly property: LockProperty;
  private readonly witness: number;

  constructor(lock: Mutex, property: LockProperty, witness: number) {
    this.lock = lock;
    this.property = property;
    this.witness = witness;
  }

  *once(cpu: VerifyCpu, action: string): Steps {
    const { lock, property } = this;
    if (action === 'W') {
      if (property.waits !== undefined) yield cpu.come();
      property.begins(cpu);
      yield lock.lock(cpu);
    } else {
      if (lock.tryLock === undefined) throw new Error('the lock has no tryLock');
      if ((yield lock.tryLock(cpu)) === 0) return;
    }
    property.enters(cpu, true);
    yield cpu.set(this.witness, cpu.id + 1);
    property.leaves(true);
    yield lock.unlock(cpu);
    property.released(cpu);
  }
}

class ReadWriteUse implements Use {
  private readonly lock: ReadWriteLock;
  private readonly property: LockProperty;
  private readonly witness: number;

  constructor(lock: ReadWriteLock, property: LockProperty, witness: number) {
    this.lock = lock;
    this.property = property;
    this.witness = witness;
  }

  once(cpu: VerifyCpu, action: string): Steps {
    switch (action) {
      case 'W':
        return this.write(cpu);
      case 'R':
        return this.read(cpu);
      case 'D':
        return this.downgrade(cpu);
      case 'w':
        return this.tryWrite(cpu);
      case 'r':
        return this.tryRead(cpu);
      default:
        throw new Error(`no action ${action}`);
    }
  }

  private *write(cpu: VerifyCpu): Steps {
    if (this.property.waits !== undefined) yield cpu.come();
    this.property.begins(cpu);
    yield this.lock.writeLock(cpu);
    yield this.writeSection(cpu);
    yield this.lock.writeUnlock(cpu);
    this.property.released(cpu);
  }

  private *read(cpu: VerifyCpu): Steps {
    if (this.property.waits !== undefined) yield cpu.come();
    this.property.begins(cpu, false);
    yield this.lock.readLock(cpu);
    yield this.readSection(cpu);
    yield this.lock.readUnlock(cpu);
    this.property.released(cpu);
  }

  private *downgrade(cpu: VerifyCpu): Steps {
    const { lock, property } = this;
    if (lock.downgrade === undefined) throw new Error('the lock has no downgrade');
    if (property.waits !== undefined) yield cpu.come();
    property.begins(cpu);
    yield lock.writeLock(cpu);
    property.enters(cpu, true);
    yield cpu.set(this.witness, cpu.id + 1);
    // From its first step on, readers may be let in.
    property.turnsReader();
    yield lock.downgrade(cpu);
    property.finds(cpu, yield cpu.get(this.witness));
    property.leaves(false);
    yield lock.readUnlock(cpu);
    property.released(cpu);
  }

  private *tryWrite(cpu: VerifyCpu): Steps {
    const { lock } = this;
    if (lock.tryWriteLock === undefined) throw new Error('the lock has no tryWriteLock');
    if ((yield lock.tryWriteLock(cpu)) === 0) return;
    yield this.writeSection(cpu);
    yield lock.writeUnlock(cpu);
    this.property.released(cpu);
  }

  private *tryRead(cpu: VerifyCpu): Steps {
    const { lock } = this;
    if (lock.tryReadLock === undefined) throw new Error('the lock has no tryReadLock');
    if ((yield lock.tryReadLock(cpu)) === 0) return;
    yield this.readSection(cpu);
    yield lock.readUnlock(cpu);
    this.property.released(cpu);
  }

  private *writeSection(cpu: VerifyCpu): Steps {
    this.property.enters(cpu, true);
    yield cpu.set(this.witness, cpu.id + 1);
    this.property.leaves(true);
  }

  private *readSection(cpu: VerifyCpu): Steps {
    this.property.enters(cpu, false);
    yield cpu.get(this.witness);
    this.property.leaves(false);
  }
}

class RangeUse implements Use {
  private readonly lock: RangeLock;
  private readonly property: LockProperty;
  private readonly witness: number;

  constructor(lock: RangeLock, property: LockProperty, witness: number) {
    this.lock = lock;
    this.property = property;
    this.witness = witness;
  }

  *once(cpu: VerifyCpu, action: string): Steps {
    const mode = action.charAt(0);
    const write = mode.toUpperCase() === 'W';
    const [start = 0, end = 0] = action.slice(1).split('-').map(Number);
    let handle: number;
    if (mode === 'W' || mode === 'R') {
      if (this.property.waits !== undefined) yield cpu.come();
      this.property.beginsRange(cpu, write, start, end);
      handle = yield this.lock.acquire(cpu, start, end, write ? 1 : 0);
    } else {
      if (this.lock.tryAcquire === undefined) throw new Error('the lock has no tryAcquire');
      handle = yield this.lock.tryAcquire(cpu, start, end, write ? 1 : 0);
      if (handle === 0) return;
    }
    this.property.entersRange(cpu, write, start, end);
    for (let page = start; page < end; page++) {
      yield write ? cpu.set(this.witness + page, cpu.id + 1) : cpu.get(this.witness + page);
    }
    this.property.leavesRange(write, start, end);
    yield this.lock.release(cpu, handle);
    this.property.released(cpu);
  }
}

/** Writers change two words, one after the other; to a reader who is told that it read whole they are equal. */
class SequenceUse implements Use {
  private readonly lock: SequenceCount;
  private readonly property: LockProperty;
  private readonly writers: number;

  constructor(lock: SequenceCount, property: LockProperty, witness: number) {
    this.lock = lock;
    this.property = property;
    this.writers = witness;
  }

  once(cpu: VerifyCpu, action: string): Steps {
    switch (action) {
      case 'W':
        return this.write(cpu);
      case 'R':
        return this.read(cpu);
      case 'r':
        return this.tryRead(cpu);
      default:
        throw new Error(`no action ${action}`);
    }
  }

  /** Writers exclude each other by a lock of their own. */
  private *write(cpu: VerifyCpu): Steps {
    yield cpu.acquire(this.writers, 0, 1);
    const value = (yield cpu.get(this.writers + 1)) + 1;
    yield this.lock.writeBegin(cpu);
    yield cpu.set(this.writers + 1, value);
    yield cpu.set(this.writers + 2, value);
    yield this.lock.writeEnd(cpu);
    yield cpu.store(this.writers, 0);
  }

  private *read(cpu: VerifyCpu): Steps {
    if (this.property.waits !== undefined) yield cpu.come();
    this.property.begins(cpu);
    let one: number;
    let other: number;
    let sequence: number;
    do {
      sequence = yield this.lock.readBegin(cpu);
      one = yield cpu.get(this.writers + 1);
      other = yield cpu.get(this.writers + 2);
    } while ((yield this.lock.readRetry(cpu, sequence)) !== 0);
    this.property.reads(cpu, one, other);
  }

  private *tryRead(cpu: VerifyCpu): Steps {
    if (this.lock.tryReadBegin === undefined) throw new Error('the lock has no tryReadBegin');
    const sequence = yield this.lock.tryReadBegin(cpu);
    const one = yield cpu.get(this.writers + 1);
    const other = yield cpu.get(this.writers + 2);
    if ((yield this.lock.readRetry(cpu, sequence)) === 0) this.property.reads(cpu, one, other);
  }
}
