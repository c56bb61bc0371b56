import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { builtInLocks } from '../../../locks/registry.js';
import type { Cpu } from '../../../machine/cpu.js';
import type { Steps } from '../../../machine/steps.js';
import { presets } from '../../../strategies/presets.js';
import { resolveStrategy } from '../../../strategies/resolve.js';
import type { Strategy } from '../../../strategies/strategy.js';
import { Explorer } from '../explorer.js';
import type { FaultKind } from '../fault.js';
import { scenarioLabel, type Scenario } from '../lock-scenarios.js';
import type { Target } from '../target.js';
import { verifyTarget, type VerifyBounds } from '../verify-target.js';
import { spaceScenarios } from './space-scenarios.js';
import { spaceSubject } from './space-subject.js';
import { spaceTarget } from './space-target.js';
import { StandInLock, type LockClass } from './stand-in-lock.js';

function strategyOf(more: Partial<Strategy> = {}): Strategy {
  const fields = { name: 'whole', granularity: 'whole', mmap_lock: 'rwsem-handoff' };
  const resolved = resolveStrategy(fields, builtInLocks);
  assert.ok(resolved.ok);
  return { ...resolved.strategy, ...more };
}

const bounds = ({ sizes }: Target): VerifyBounds => ({
  sizes,
  deviations: 0,
  maxExecutions: Infinity,
  timeMs: Infinity,
  maxSteps: 2000,
});

/** Kinds of fault in the first executions of every scenario. */
function faultsOf(lock: LockClass): ReadonlySet<FaultKind> {
  const found = new Set<FaultKind>();
  for (const scenario of spaceScenarios(1)) {
    const subject = spaceSubject(strategyOf(), scenario, lock);
    const explorer = new Explorer(subject, { deviations: 0, collect: true });
    explorer.explore(2000);
    for (const { kind } of explorer.faults) found.add(kind);
  }
  return found;
}

describe('spaceTarget', () => {
  const policies: readonly Partial<Strategy>[] = [
    {},
    { faultIo: 'hold', unmap: 'hold' },
    { faultIo: 'wait', uprobes: 'deferred' },
  ];
  for (const policy of policies) {
    it(`whole is proved in every scenario ${JSON.stringify(policy)}`, async () => {
      const target = spaceTarget(strategyOf(policy));
      const { fault, scenarios } = await verifyTarget(target, bounds(target));
      assert.equal(fault, undefined, JSON.stringify(fault?.fault.message));
      assert.ok(scenarios.every(({ exhausted }) => exhausted));
      assert.ok(scenarios.some(({ executions }) => executions > 1000));
    });
  }

  for (const { name, about, fields } of presets) {
    if (['private', 'unlocked', 'radix'].includes(name) || fields.granularity === 'range') continue;
    it(`${name} is proved in every scenario`, async () => {
      const found = resolveStrategy({ name, about, ...fields }, builtInLocks);
      assert.ok(found.ok);
      const target = spaceTarget(found.strategy);
      const { fault, scenarios } = await verifyTarget(target, bounds(target));
      assert.equal(fault, undefined, JSON.stringify(fault?.fault.message));
      assert.ok(scenarios.every(({ exhausted }) => exhausted));
    });
  }

  it('radix is proved in every scenario but one, in which a slot is looked at and locked too often', async () => {
    const found = resolveStrategy('radix', builtInLocks);
    assert.ok(found.ok);
    const target = spaceTarget(found.strategy);
    const isLarge = ({ threads }: Scenario): boolean => threads.flat().includes('register probe');
    const part = (large: boolean): Target => ({
      ...target,
      scenarios: (size) => target.scenarios(size).filter((each) => isLarge(each) === large),
    });
    const { fault, scenarios } = await verifyTarget(part(false), bounds(target));
    assert.equal(fault, undefined, JSON.stringify(fault?.fault.message));
    assert.equal(scenarios.length, spaceScenarios(1).length - 1);
    assert.ok(scenarios.every(({ exhausted }) => exhausted));
    const rest = await verifyTarget(part(true), { ...bounds(target), maxExecutions: 3000 });
    assert.equal(rest.fault, undefined, JSON.stringify(rest.fault?.fault.message));
    assert.equal(rest.scenarios.length, 1);
  });

  it('a lock that keeps nobody out is found out, also by what it lets touch freed records', () => {
    class Open extends StandInLock {
      override *readLock(): Steps {
        return;
      }
      override *readUnlock(): Steps {
        return;
      }
    }
    const found = faultsOf(Open);
    assert.ok(found.has('invariant'));
    assert.ok(found.has('freed'), [...found].join());
  });

  it('a lock that is not given back stops the others', () => {
    class Kept extends StandInLock {
      override *writeUnlock(): Steps {
        return;
      }
    }
    assert.ok(faultsOf(Kept).has('deadlock'));
  });

  it('locks taken in a circle are found though nobody was stuck, with both chains', () => {
    const scenario = { threads: [['write file'], ['munmap heap']] };
    /** Goes for the file's lock while it has `mmap_lock`, which a write of the file takes second. */
    class Crossing extends StandInLock {
      private static inode: StandInLock | undefined;
      override *writeLock(cpu: Cpu): Steps {
        yield super.writeLock(cpu);
        const { count, task } = cpu;
        if (count === task.counters[0]) Crossing.inode = this;
        else if (count === task.counters[2] && Crossing.inode !== undefined) {
          cpu.count = task.counters[0] ?? count;
          yield Crossing.inode.readLock(cpu);
          yield Crossing.inode.readUnlock(cpu);
          cpu.count = count;
        }
      }
    }
    const explorer = new Explorer(spaceSubject(strategyOf(), scenario, Crossing), {
      deviations: 0,
    });
    explorer.explore(100);
    const [fault] = explorer.faults;
    assert.equal(fault?.kind, 'order', scenarioLabel(scenario));
    assert.match(
      fault.message,
      /thread \d takes mmap_lock .*, then inode .*; but thread 0 takes inode .*, then mmap_lock/,
    );
  });
});
