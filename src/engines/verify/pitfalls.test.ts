/**
 * Invariants and pitfalls of locks, each as a lock that breaks it and that verify finds, or as a property that is
 * shown to hold. Those of strategies are in `space/`. That locks are padded, and that a result names the
 * machine, no interleaving can show.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { LockDefinition, Mutex, MutexDefinition } from '../../locks/definition.js';
import { builtInLocks } from '../../locks/registry.js';
import { rwsemFifo, RwsemFifo } from '../../locks/rwsem-fifo.js';
import type { Cpu } from '../../machine/cpu.js';
import type { Steps } from '../../machine/steps.js';
import { Explorer } from './explorer.js';
import type { FaultKind } from './fault.js';
import type { Scenario } from './lock-scenarios.js';
import { lockSubject } from './lock-subject.js';
import { lockFile, mutatedLock, mutatedModule, prepareMutants } from './mutation/mutated-lock.js';

let directory = '';
let changed = 0;

before(() => {
  directory = mkdtempSync(join(tmpdir(), 'mmlock-pitfalls-'));
  prepareMutants(directory);
});

after(() => {
  rmSync(directory, { recursive: true });
});

/** What is to be found in a module's text, and what it becomes. */
type Change = readonly [from: RegExp, to: string];

function changedText(module: string, changes: readonly Change[]): string {
  return changes.reduce(
    (text, [from, to]) => {
      assert.match(text, from, `${module} is not written so any more`);
      return text.replace(from, to);
    },
    readFileSync(lockFile(module), 'utf8'),
  );
}

/** A lock of which a module is changed. */
const changedLock = (lock: string, module: string, ...changes: Change[]): Promise<LockDefinition> =>
  mutatedLock(directory, changed++, { lock, module, text: changedText(module, changes) });

const scenarioOf = (label: string): Scenario => ({
  threads: label.split(' | ').map((actions) => actions.split(/(?=[A-Za-z])/)),
});

/** The kind of the first fault in these scenarios; undefined if all was explored and there is none. */
function faultIn(
  definition: LockDefinition,
  labels: readonly string[],
  deviations = 0,
): FaultKind | undefined {
  for (const label of labels) {
    const explorer = new Explorer(lockSubject(definition, scenarioOf(label)), { deviations });
    assert.ok(explorer.explore(300_000), `${label} takes too long`);
    const [fault] = explorer.faults;
    if (fault !== undefined) return fault.kind;
  }
  return undefined;
}

const builtIn = (name: string): LockDefinition => {
  const found = builtInLocks.get(name);
  assert.ok(found);
  return found;
};

describe('pitfalls', () => {
  it('exclusion is judged by who is inside, not by the lock’s own word', async () => {
    const broken = await changedLock('rwlock', 'rwlock', [
      /(this\.counter, -1\)\)) <= 0/,
      '$1 < 0',
    ]);
    assert.equal(faultIn(builtIn('rwlock'), ['W | R']), undefined);
    assert.equal(faultIn(broken, ['W | R']), 'exclusion');
  });

  it('every count is back at its idle value at the end', async () => {
    const broken = await changedLock('mutex', 'mutex', [
      /if \((yield this\.list\.remove\(cpu, cpu\.id \+ 1\))\)\s+yield cpu\.and\(this\.owner, ~flags\);/,
      '$1;',
    ]);
    assert.equal(faultIn(builtIn('mutex'), ['W | W'], 1), undefined);
    assert.equal(faultIn(broken, ['W | W'], 1), 'not-free');
  });

  it('whoever is queued is announced: else nobody wakes it', async () => {
    const broken = await changedLock('rwsem-steal', 'rwsem-steal', [
      /(append\(cpu, waitsToWrite\)\) === 0\) \{\s+)yield cpu\.add\(this\.count, waitingBias\);/,
      '$1',
    ]);
    assert.equal(faultIn(broken, ['W | W']), 'lost-wakeup');
  });

  it('the first rwsem is FIFO, also against arrivals; one with stealing is not', () => {
    const passes = ['W | WWW', 'W | RRR', 'R | WWW'];
    assert.equal(faultIn(rwsemFifo, passes), undefined);
    assert.equal(faultIn({ ...builtIn('rwsem-steal'), fair: true }, passes), 'unfair');
  });

  it('a writer that takes the lock alone takes the handoff bit away with it', async () => {
    const broken = await changedLock('rwsem-handoff', 'rwsem-handoff', [
      /alone \? handoffBit \| waitersBit : handoffBit/,
      'alone ? waitersBit : 0',
    ]);
    assert.equal(faultIn(builtIn('rwsem-handoff'), ['W | W'], 2), undefined);
    assert.equal(faultIn(broken, ['W | W'], 2), 'not-free');
  });

  it('readers are counted before the first of them is told', async () => {
    // Else a spinning writer finds the lock free when one has left before the next is counted.
    const broken = await changedLock(
      'rwsem-spin',
      'rwsem-classic',
      [/if \(change !== 0\)\s+yield cpu\.add\(this\.count, change\);/, ''],
      [
        /(entry = after;\s+readers--;\s+\})/,
        '$1 if (change !== 0) yield cpu.add(this.count, change);',
      ],
    );
    const explorer = new Explorer(lockSubject(broken, scenarioOf('WW | R | R')), { deviations: 0 });
    explorer.explore(300_000);
    assert.equal(explorer.faults[0]?.kind, 'exclusion');
  });

  describe('who leaves the queue of spinners', () => {
    const queue = async (...changes: Change[]): Promise<MutexDefinition> => {
      const text = changedText('osq', changes);
      const replaced = { lock: 'osq', module: 'osq', text };
      const exported = await mutatedModule(directory, changed++, replaced);
      const { SpinQueue, spinQueueWords } = exported as typeof import('../../locks/osq.js');
      class Spinners implements Mutex {
        private readonly queue: InstanceType<typeof SpinQueue>;
        constructor(base: number) {
          this.queue = new SpinQueue(base);
        }
        *lock(cpu: Cpu): Steps {
          while ((yield this.queue.lock(cpu)) === 0) yield cpu.pause();
        }
        *unlock(cpu: Cpu): Steps {
          yield this.queue.unlock(cpu);
        }
      }
      return {
        name: 'spinners',
        kind: 'mutex',
        sleeps: false,
        fair: false,
        words: spinQueueWords,
        idle: () => SpinQueue.idle(0),
        create: (base) => new Spinners(base),
      };
    };

    it('does so safely as it is written', async () => {
      assert.equal(faultIn(await queue(), ['W | W'], 2), undefined);
      assert.equal(faultIn(await queue(), ['W | W | W'], 1), undefined);
    });

    it('keeps the lock if it was granted meanwhile', async () => {
      const broken = await queue([
        /(\(node \+ granted\)\) !== 0\)\s+return )1(;\s+yield cpu\.pause)/,
        '$10$2',
      ]);
      assert.notEqual(faultIn(broken, ['W | W | W'], 1), undefined);
    });

    it('moves the tail back only if it is still its own', async () => {
      const broken = await queue([
        /\(yield cpu\.load\(this\.tail\)\) === me && \(yield cpu\.cas\(this\.tail, me, before\)\) === me/,
        '(yield cpu.load(this.tail)) === me && (yield cpu.swap(this.tail, before)) !== -1',
      ]);
      assert.notEqual(faultIn(broken, ['W | W | W'], 1), undefined);
    });
  });

  it('the pending bit is cleared by whoever set it, also on the way into the queue', async () => {
    const broken = await changedLock('qspinlock', 'qspinlock', [
      /yield cpu\.and\(this\.word, ~pending\);/,
      ';',
    ]);
    const explorer = new Explorer(lockSubject(broken, scenarioOf('W | W | W | W')), {
      deviations: 0,
    });
    explorer.explore(300_000);
    assert.notEqual(explorer.faults.length, 0);
  });

  it('a queued writer waits until the readers are gone', async () => {
    const broken = await changedLock(
      'qrwlock',
      'qrwlock',
      [/seen !== waiting/, '(seen & locked) !== 0'],
      [
        /cpu\.cas\(this\.counter, waiting, locked\);\s+if \(seen === waiting\)/,
        'cpu.swap(this.counter, locked); if (true)',
      ],
    );
    assert.equal(faultIn(broken, ['W | R']), 'exclusion');
  });

  it('BRAVO’s reader looks at the bias again when its slot is filled', async () => {
    const broken = await changedLock('bravo', 'bravo', [
      /if \(yield cpu\.load\(this\.bias\)\)(\s+return 1;)/,
      '$1',
    ]);
    assert.equal(faultIn(builtIn('bravo'), ['RR | W']), undefined);
    assert.equal(faultIn(broken, ['RR | W']), 'exclusion');
  });

  it('a percpu-rwsem’s reader counts itself before it looks for a writer', async () => {
    const broken = await changedLock('percpu-rwsem', 'percpu-rwsem', [
      /(yield this\.count\(cpu, cpu\.id, 1\);)\s+(const state = yield cpu\.load\(this\.state\);)/,
      '$2 $1',
    ]);
    // A grace period that is over at once, which is the deviation, orders nothing.
    assert.equal(faultIn(builtIn('percpu-rwsem'), ['W | R'], 1), undefined);
    assert.equal(faultIn(broken, ['W | R'], 1), 'exclusion');
  });

  it('no writer comes in between a write lock and the read lock that it turns into', () => {
    class FreesFirst extends RwsemFifo {
      override *downgrade(cpu: Cpu): Steps {
        yield this.writeUnlock(cpu);
        yield this.readLock(cpu);
      }
    }
    const broken = { ...rwsemFifo, create: (base: number) => new FreesFirst(base) };
    assert.equal(faultIn(rwsemFifo, ['W | D']), undefined);
    assert.equal(faultIn(broken, ['W | D']), 'exclusion');
  });

  it('what spinners do when their CPU is wanted is explored', async () => {
    const broken = await changedLock('mutex-spin', 'mutex-spin', [
      /(owner === 0 && \(yield cpu\.needsReschedule\(\)\)\)\s+return )0;/,
      '$11;',
    ]);
    assert.equal(faultIn(broken, ['W | W'], 0), undefined);
    assert.notEqual(faultIn(broken, ['W | W'], 1), undefined);
  });
});
