import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../../machine/cpu.js';
import type { Steps } from '../../machine/steps.js';
import { probeOffset } from '../../workload/plan.js';
import { frameRecord } from '../frame.js';
import {
  anonRegion,
  file,
  fileRegion,
  heap,
  lockings,
  plainText,
  plainTextRegion,
  TestWorld,
  text,
  textRegion,
  type FixtureOptions,
} from '../test-world.js';

type Body = (fixture: TestWorld, cpu: Cpu) => Steps<number>;

/** Runs each body on a CPU of its own, `rounds` times in a row, in many interleavings, and checks the world after each. */
function interleave(
  options: FixtureOptions,
  seeds: number,
  bodies: readonly Body[],
  rounds = 2,
): TestWorld[] {
  return Array.from({ length: seeds }, (_, seed) => {
    const fixture = new TestWorld({
      ...options,
      threads: bodies.length,
      machine: { seed: seed + 1, ...options.machine },
    });
    fixture.run(
      bodies.map(
        (body) =>
          function* (cpu: Cpu): Steps<number> {
            for (let round = 0; round < rounds; round++) yield body(fixture, cpu);
            return 0;
          },
      ),
    );
    assert.deepEqual(fixture.faults(), [], `seed ${seed + 1}`);
    return fixture;
  });
}

const total = (fixtures: readonly TestWorld[], event: Parameters<TestWorld['events']>[0]): number =>
  fixtures.reduce((sum, fixture) => sum + fixture.events(event), 0);

/** Runs steps with a pause after each, so that much happens in between. */
function* slowly(cpu: Cpu, steps: Steps<number>): Steps<number> {
  let value = 0;
  for (;;) {
    const next = steps.next(value);
    if (next.done === true) return next.value;
    value = yield next.value;
    yield cpu.sleep(2_000);
  }
}

const touchHeap: Body = function* (fixture, cpu) {
  const page = fixture.page(heap);
  for (let at = page; at < page + 8; at++)
    yield fixture.operations.fault(cpu, at, cpu.random.below(2) ? 1 : 0);
  return 0;
};

const touchFile: Body = function* (fixture, cpu) {
  const page = fixture.page(file);
  for (let at = page; at < page + 4; at++)
    yield fixture.operations.fault(cpu, at, cpu.random.below(2) ? 1 : 0);
  return yield fixture.operations.madvise(cpu, page, 4);
};

const reclaim: Body = function* (fixture, cpu) {
  yield fixture.operations.rmapWalk(cpu, fixture.page(heap), 8);
  return yield fixture.operations.rmapWalk(cpu, fixture.page(file), 4);
};

const forkAndExit: Body = function* (fixture, cpu) {
  return yield fixture.operations.fork(cpu, cpu.random.below(2) * 2_000);
};

const mapText: Body = function* (fixture, cpu) {
  const start = yield fixture.operations.mmap(cpu, 4, text, 0);
  yield fixture.operations.execText(cpu, start, probeOffset);
  yield fixture.operations.execText(cpu, start + 2, probeOffset);
  return yield fixture.operations.munmap(cpu, start, 4);
};

const registerAndBack: Body = function* (fixture, cpu) {
  yield fixture.operations.uprobeRegister(cpu, text, 2, probeOffset);
  yield fixture.operations.execText(cpu, fixture.page(text) + 2, probeOffset);
  return yield fixture.operations.uprobeUnregister(cpu, text, 2, probeOffset);
};

/** Executes wherever the next mapping of text will be, as who guesses the address. */
const guessText: Body = function* (fixture, cpu) {
  const start = fixture.core.shape.mapStart;
  for (let times = 0; times < 12; times++) {
    yield fixture.operations.execText(cpu, start, probeOffset);
    yield cpu.sleep(100);
  }
  return 0;
};

describe('operations at once', () => {
  it('fork against reclaim and faults, on shared roots, with notifiers that sleep', () => {
    const options = { space: { processes: 2, notifierShare: 0.5, notifierNs: 200 } };
    const done = interleave(options, 60, [touchHeap, forkAndExit, reclaim, forkAndExit]);
    assert.ok(total(done, 'notifierCalls') > 0);
  });

  it('gup-fast against munmap: pins survive, nothing is lost', () => {
    const pin: Body = function* (fixture, cpu) {
      return yield fixture.operations.gupFast(cpu, fixture.core.shape.mapStart, 3, 1, 300);
    };
    const churn: Body = function* (fixture, cpu) {
      const start = yield fixture.operations.mmap(cpu, 3, -1, 1);
      return yield fixture.operations.munmap(cpu, start, 3);
    };
    const done = interleave({}, 100, [pin, churn, pin], 4);
    assert.ok(total(done, 'gupFastMisses') > 0);
    assert.ok(
      done.some((fixture) => fixture.machine.cpus.some((cpu) => cpu.task.events.pagesPinned > 0)),
    );
  });

  it('a frame taken without a lock is the one that the page mapped, even when frames are used anew', () => {
    const grab: Body = function* (fixture, cpu) {
      const space = fixture.core.spaces[0];
      const page = fixture.core.shape.mapStart;
      assert.ok(space);
      let taken = 0;
      for (let times = 0; times < 4; times++) {
        const frame: number = yield slowly(cpu, fixture.backing.walk.grab(cpu, space, page, 0));
        if (frame > 0) {
          const record = fixture.core.frames.record(frame);
          const index: number = yield cpu.load(record + frameRecord.index);
          assert.equal(index, page);
          yield fixture.core.eviction.drop(cpu, frame);
          taken++;
        }
      }
      return taken;
    };
    const recycle: Body = function* (fixture, cpu) {
      const start = yield fixture.operations.mmap(cpu, 1, -1, 1);
      yield cpu.sleep(cpu.random.below(3_000));
      yield fixture.operations.munmap(cpu, start, 1);
      // The frame comes back last in, first out, for another page.
      yield fixture.operations.fault(cpu, fixture.page(heap), 1);
      yield cpu.sleep(cpu.random.below(3_000));
      return yield fixture.operations.madvise(cpu, fixture.page(heap), 1);
    };
    interleave({}, 60, [grab, recycle], 8);
  });

  it('every gup policy against reclaim, truncation and fork', () => {
    const pinAll: Body = function* (fixture, cpu) {
      const policy = cpu.random.below(3);
      const held = cpu.random.below(2);
      yield fixture.operations.gup(cpu, fixture.page(file), 4, 0, 200, held, policy);
      return yield fixture.operations.gup(cpu, fixture.page(heap), 4, 1, 200, held, policy);
    };
    const cut: Body = function* (fixture, cpu) {
      return yield fixture.operations.truncate(cpu, file, 0, 4);
    };
    interleave({}, 60, [pinAll, reclaim, cut, forkAndExit]);
  });

  for (const faultIo of ['hold', 'wait', 'drop'] as const) {
    it(`truncation against faults of the same file in two processes (fault_io ${faultIo})`, () => {
      const cut: Body = function* (fixture, cpu) {
        return yield fixture.operations.truncate(cpu, file, cpu.random.below(2), 3);
      };
      const options = { space: { processes: 2 }, strategy: { faultIo } };
      const done = interleave(options, 60, [touchFile, touchFile, cut]);
      assert.ok(total(done, 'majorFaults') > 0);
    });
  }

  it('a folio that was looked up is still in the cache while it is locked', () => {
    const look: Body = function* (fixture, cpu) {
      const mapped = fixture.backing.files.at(file);
      const { cache } = fixture.backing;
      const frame: number = yield cpu.random.below(2) === 0
        ? slowly(cpu, cache.lookup(cpu, mapped, 1))
        : slowly(cpu, cache.obtain(cpu, mapped, 1));
      if (frame === 0) return 0;
      const slot: number = yield cpu.load(mapped.slot(1));
      assert.equal(slot, frame);
      yield cache.leave(cpu, frame);
      return 1;
    };
    const replace: Body = function* (fixture, cpu) {
      yield fixture.operations.fault(cpu, fixture.page(file) + 1, 0);
      yield cpu.sleep(cpu.random.below(4_000));
      yield fixture.operations.truncate(cpu, file, 1, 1);
      return yield cpu.sleep(cpu.random.below(4_000));
    };
    interleave({}, 60, [look, replace], 8);
  });

  it('truncation also takes a mapping that came after it had unmapped the range', () => {
    const cutSlowly: Body = function* (fixture, cpu) {
      return yield slowly(cpu, fixture.operations.truncate(cpu, file, 1, 1));
    };
    const touchAgain: Body = function* (fixture, cpu) {
      for (let times = 0; times < 10; times++) {
        yield fixture.operations.fault(cpu, fixture.page(file) + 1, 0);
        yield cpu.sleep(1_000);
      }
      return 0;
    };
    interleave({ space: { processes: 2 } }, 60, [cutSlowly, touchAgain], 2);
  });

  it('file writes whose buffer maps the same file, against mappings, truncation and reclaim', () => {
    const write: Body = function* (fixture, cpu) {
      const page = cpu.random.below(4);
      return yield fixture.operations.fileWrite(cpu, file, page, fixture.page(file) + page);
    };
    const writeOther: Body = function* (fixture, cpu) {
      return yield fixture.operations.fileWrite(
        cpu,
        file,
        cpu.random.below(4),
        fixture.page(file) + cpu.random.below(4),
      );
    };
    const cut: Body = function* (fixture, cpu) {
      return yield fixture.operations.truncate(cpu, file, 0, 4);
    };
    interleave({}, 60, [write, writeOther, touchFile, cut]);
    interleave({ strategy: { faultIo: 'hold' } }, 40, [write, writeOther, touchFile, reclaim]);
  });
});

describe('probes at once', () => {
  for (const uprobes of ['inside', 'prefetched'] as const) {
    it(`registration against mmap, fork and execution elsewhere misses nothing (${uprobes})`, () => {
      const options = { space: { processes: 2 }, strategy: { uprobes } };
      const done = interleave(options, 60, [mapText, registerAndBack, guessText, forkAndExit]);
      assert.equal(total(done, 'missedHits'), 0);
      assert.ok(total(done, 'probeHits') > 0);
    });
  }

  it('a mapping is not executed before its breakpoints are in it, but where nothing keeps faults out of it', () => {
    // Text in memory, so that no fault has to wait for it, and a breakpoint that is the last of four.
    const probed = { ...textRegion, resident: 1, probes: 4 };
    const regions = [anonRegion, fileRegion, probed, plainTextRegion];
    const guessLast: Body = function* (fixture, cpu) {
      for (let times = 0; times < 12; times++) {
        yield fixture.operations.execText(cpu, fixture.core.shape.mapStart + 3, probeOffset);
        yield cpu.sleep(100);
      }
      return 0;
    };
    for (const [name, locking] of lockings) {
      const done = interleave({ strategy: locking, space: { regions } }, 40, [mapText, guessLast]);
      const missed = total(done, 'missedHits');
      if (name === 'rcu') assert.ok(missed > 0);
      else assert.equal(missed, 0, name);
    }
  });

  it('deferred, who guesses the address can miss a hit; who waits for mmap never does', () => {
    const guessed = interleave({ strategy: { uprobes: 'deferred' } }, 60, [mapText, guessText]);
    assert.ok(total(guessed, 'missedHits') > 0);
    const waited = interleave({ strategy: { uprobes: 'deferred' } }, 60, [mapText, mapText]);
    assert.equal(total(waited, 'missedHits'), 0);
    interleave({ space: { processes: 2 }, strategy: { uprobes: 'deferred' } }, 60, [
      mapText,
      registerAndBack,
      guessText,
      forkAndExit,
    ]);
  });

  it('deferred, a probe that is taken back in the window leaves no breakpoint', () => {
    const mapOnly: Body = function* (fixture, cpu) {
      return yield fixture.operations.mmap(cpu, 4, text, 0);
    };
    const takeBack: Body = function* (fixture, cpu) {
      const { mapStart } = fixture.core.shape;
      while (fixture.core.spaces[0]?.index.find(cpu.memory, mapStart) === 0) yield cpu.sleep(50);
      return yield fixture.operations.uprobeUnregister(cpu, text, 0, probeOffset);
    };
    const regions = [anonRegion, fileRegion, { ...textRegion, ioNs: 20_000 }, plainTextRegion];
    const options = { space: { regions }, strategy: { uprobes: 'deferred' } } as const;
    interleave(options, 40, [mapOnly, takeBack], 1);
  });

  it('deferred, a mapping that goes or becomes another in the window gets no breakpoint', () => {
    const mapOnly: Body = function* (fixture, cpu) {
      return yield fixture.operations.mmap(cpu, 4, text, 0);
    };
    const remap: Body = function* (fixture, cpu) {
      const { mapStart } = fixture.core.shape;
      while (fixture.core.spaces[0]?.index.find(cpu.memory, mapStart) === 0) yield cpu.sleep(50);
      // The first one is reading the text page now.
      yield fixture.operations.munmap(cpu, mapStart, 4);
      const other = cpu.random.below(2) === 0 ? plainText : -1;
      return yield fixture.operations.mmap(cpu, 4, other, 1);
    };
    const regions = [anonRegion, fileRegion, { ...textRegion, ioNs: 20_000 }, plainTextRegion];
    const options = { space: { regions }, strategy: { uprobes: 'deferred' } } as const;
    const done = interleave(options, 40, [mapOnly, remap], 1);
    assert.ok(total(done, 'probeFillsDropped') > 0);
  });
});

describe('everything at once', () => {
  for (const [name, strategy] of [
    ['rwsem-spin', {}],
    ['rwsem-fifo', { mmapLock: 'rwsem-fifo', rmapLock: 'rwsem-steal' }],
    ['mutexes', { mmapLock: 'mutex', rmapLock: 'mutex-nospin', unmap: 'hold' }],
    ['hold_limit', { holdLimit: 2, uprobes: 'deferred', gup: 'fast' }],
    ['spinning locks', { mmapLock: 'qrwlock', rmapLock: 'rwlock', uprobes: 'deferred' }],
    ...lockings,
  ] as const) {
    it(`stays whole with ${name}`, () => {
      const bodies: readonly Body[] = [
        touchHeap,
        touchFile,
        reclaim,
        forkAndExit,
        mapText,
        registerAndBack,
        function* (fixture, cpu) {
          return yield fixture.operations.gup(cpu, fixture.page(heap), 6, 1, 100, 0, -1);
        },
        function* (fixture, cpu) {
          return yield fixture.operations.truncate(cpu, cpu.random.below(2) ? file : text, 0, 4);
        },
        function* (fixture, cpu) {
          return yield fixture.operations.fileWrite(
            cpu,
            file,
            cpu.random.below(4),
            fixture.page(heap) + cpu.random.below(8),
          );
        },
      ];
      const any: Body = function* (fixture, cpu) {
        const body = bodies[cpu.random.below(bodies.length)] ?? touchHeap;
        return yield body(fixture, cpu);
      };
      interleave({ strategy, space: { processes: 2 } }, 60, [any, any, any, any], 4);
    });
  }
});
