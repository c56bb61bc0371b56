import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../../machine/cpu.js';
import type { Steps } from '../../machine/steps.js';
import { probeOffset } from '../../workload/plan.js';
import { frameRecord } from '../frame.js';
import { entryFrame } from '../page-entry.js';
import { breakpointWord } from '../probe-table.js';
import { file, heap, TestWorld, text } from '../test-world.js';

const whole = (fixture: TestWorld): void => {
  assert.deepEqual(fixture.faults(), []);
};

const frameAt = (fixture: TestWorld, page: number, process = 0): number => {
  const space = fixture.core.spaces[process];
  assert.ok(space);
  return fixture.memory.get(space.table.entry(page)) & entryFrame;
};

const references = (fixture: TestWorld, frame: number): number =>
  fixture.memory.get(fixture.core.frames.record(frame) + frameRecord.references);

describe('file pages', () => {
  it('are read once and stay as far as the file keeps them; the others miss again after each unmapping', () => {
    const fixture = new TestWorld();
    const start = fixture.page(file);
    function* touchAll(cpu: Cpu): Steps<number> {
      for (let page = 0; page < 4; page++) yield fixture.operations.fault(cpu, start + page, 0);
      return yield fixture.operations.madvise(cpu, start, 4);
    }
    for (let round = 1; round <= 3; round++) {
      assert.equal(fixture.one(touchAll), 4);
      // Two of four are kept and were there at the start.
      assert.equal(fixture.events('majorFaults'), 2 * round);
      whole(fixture);
    }
  });

  for (const faultIo of ['hold', 'wait', 'drop'] as const) {
    it(`sleep for the device; with fault_io ${faultIo} the lock is ${faultIo === 'hold' ? 'kept' : 'dropped'}`, () => {
      const fixture = new TestWorld({ strategy: { faultIo } });
      const before = fixture.machine.now;
      assert.equal(
        fixture.one((cpu) => fixture.operations.fault(cpu, fixture.page(file), 0)),
        0,
      );
      assert.ok(fixture.machine.now - before >= 500);
      assert.equal(fixture.events('ioRetries'), faultIo === 'hold' ? 0 : 1);
      whole(fixture);
    });
  }

  it('are dropped by truncation from cache and mappings, and read again', () => {
    const fixture = new TestWorld();
    const start = fixture.page(file);
    const dropped = fixture.one(function* (cpu): Steps<number> {
      for (let page = 0; page < 4; page++) yield fixture.operations.fault(cpu, start + page, 1);
      return yield fixture.operations.truncate(cpu, file, 1, 2);
    });
    assert.equal(dropped, 2);
    assert.deepEqual(
      [0, 1, 2, 3].map((page) => frameAt(fixture, start + page) !== 0),
      [true, false, false, true],
    );
    whole(fixture);
  });

  it('are written from a buffer that must be faulted in, even one that maps the same page', () => {
    const fixture = new TestWorld();
    const buffer = fixture.page(heap);
    const same = fixture.page(file) + 1;
    const results = fixture.one(function* (cpu): Steps<number> {
      yield fixture.operations.fault(cpu, buffer, 1);
      yield cpu.poke(frameAt(fixture, buffer), 7, 1234);
      let failed = yield fixture.operations.fileWrite(cpu, file, 1, buffer);
      failed += yield fixture.operations.fileWrite(cpu, file, 1, same);
      failed += yield fixture.operations.fileWrite(cpu, file, 2, fixture.page(heap) + 3);
      return failed + 10 * (yield fixture.operations.fileWrite(cpu, file, 2, 1));
    });
    assert.equal(results, 10);
    assert.notEqual(frameAt(fixture, same), 0);
    const content = fixture.machine.contents[frameAt(fixture, same) * 1024 + 7];
    assert.equal(content, 1234);
    whole(fixture);
  });
});

describe('fork', () => {
  it('shares pages for copy on write, and exit leaves nothing behind', () => {
    const fixture = new TestWorld({ space: { processes: 2 } });
    const page = fixture.page(heap);
    const shared = fixture.one(function* (cpu): Steps<number> {
      yield fixture.operations.fault(cpu, page, 1);
      yield fixture.operations.fault(cpu, page + 1, 1);
      const before = frameAt(fixture, page);
      const copied = yield fixture.operations.fork(cpu, 100);
      // Exclusive again after the child's exit: written in place.
      yield fixture.operations.fault(cpu, page, 1);
      assert.equal(frameAt(fixture, page), before);
      return copied;
    });
    // Two heap pages, and the probed text page, whose VMA has private copies.
    assert.equal(shared, 3);
    whole(fixture);
  });

  it('lets the parent copy a page that its child still maps', () => {
    const fixture = new TestWorld();
    const page = fixture.page(heap);
    const space = fixture.core.spaces[0];
    assert.ok(space);
    let copies = 0;
    fixture.run([
      function* (cpu): Steps<number> {
        yield fixture.operations.fault(cpu, page, 1);
        return yield fixture.operations.fork(cpu, 5_000);
      },
      function* (cpu): Steps<number> {
        while (fixture.core.childOf(0).index.find(cpu.memory, page) === 0) yield cpu.sleep(10);
        yield fixture.operations.fault(cpu, page, 1);
        copies = cpu.task.events.copyOnWrite;
        return 0;
      },
    ]);
    assert.equal(copies, 1);
    whole(fixture);
  });
});

describe('gup', () => {
  it('pins pages that survive munmap, and frees them when it lets go', () => {
    const fixture = new TestWorld();
    const page = fixture.page(heap);
    let pinnedFrame = 0;
    let afterUnmap = -1;
    const [pinned] = fixture.run([
      function* (cpu): Steps<number> {
        return yield fixture.operations.gup(cpu, page, 4, 1, 20_000, 0, 1);
      },
      function* (cpu): Steps<number> {
        while (cpu.memory.get(fixture.core.spaces[0]?.table.entry(page + 3) ?? 0) === 0) {
          yield cpu.sleep(50);
        }
        yield cpu.sleep(500);
        pinnedFrame = frameAt(fixture, page);
        yield fixture.operations.munmap(cpu, page, 4);
        afterUnmap = references(fixture, pinnedFrame);
        return 0;
      },
    ]);
    assert.equal(pinned, 4);
    assert.equal(afterUnmap, 1);
    assert.equal(references(fixture, pinnedFrame), 0);
    whole(fixture);
  });

  it('fast takes no lock for what is present, and falls back for the rest', () => {
    const fixture = new TestWorld();
    const page = fixture.page(heap);
    const pinned = fixture.one(function* (cpu): Steps<number> {
      yield fixture.operations.fault(cpu, page, 1);
      yield fixture.operations.fault(cpu, page + 1, 1);
      const before = cpu.task.counters[2]?.acquisitions ?? -1;
      const present = yield fixture.operations.gupFast(cpu, page, 2, 1, 0);
      assert.equal(cpu.task.counters[2]?.acquisitions, before);
      return present * 10 + (yield fixture.operations.gupFast(cpu, page, 4, 1, 0));
    });
    assert.equal(pinned, 24);
    assert.equal(fixture.events('gupFastMisses'), 2);
    whole(fixture);
  });

  it('with the lock held keeps it over I/O; unlocked drops it', () => {
    for (const [held, retries] of [
      [1, 0],
      [0, 2],
    ] as const) {
      const fixture = new TestWorld();
      const pinned = fixture.one((cpu) =>
        fixture.operations.gup(cpu, fixture.page(file), 4, 0, 0, held, 1),
      );
      assert.equal(pinned, 4);
      assert.equal(fixture.events('majorFaults'), 2);
      assert.equal(fixture.events('ioRetries'), retries);
      whole(fixture);
    }
  });

  it('stops where nothing is mapped', () => {
    const fixture = new TestWorld();
    const end = fixture.page(heap) + 8;
    for (const policy of [0, 1, 2]) {
      const pinned = fixture.one((cpu) => fixture.operations.gup(cpu, end - 2, 5, 0, 0, 0, policy));
      assert.equal(pinned, 2);
    }
    whole(fixture);
  });
});

describe('reclaim', () => {
  it('unmaps a file page from every process, and frees it', () => {
    const fixture = new TestWorld({ threads: 2, space: { processes: 2 } });
    const page = fixture.page(file) + 1;
    fixture.run([0, 1].map(() => (cpu) => fixture.operations.fault(cpu, page, 0)));
    assert.equal(frameAt(fixture, page), frameAt(fixture, page, 1));
    assert.equal(
      fixture.one((cpu) => fixture.operations.rmapWalk(cpu, page, 1)),
      1,
    );
    assert.deepEqual([frameAt(fixture, page), frameAt(fixture, page, 1)], [0, 0]);
    whole(fixture);
  });

  it('frees anonymous pages, tells notifiers under the reverse-map lock, and leaves pinned pages and breakpoints', () => {
    const fixture = new TestWorld({ space: { notifierShare: 1, notifierNs: 700 } });
    const page = fixture.page(heap);
    const before = fixture.machine.now;
    const reclaimed = fixture.one(function* (cpu): Steps<number> {
      for (let at = page; at < page + 8; at++) yield fixture.operations.fault(cpu, at, 1);
      yield fixture.operations.execText(cpu, fixture.page(text), probeOffset);
      return (
        (yield fixture.operations.rmapWalk(cpu, page, 8)) * 10 +
        (yield fixture.operations.rmapWalk(cpu, fixture.page(text), 1))
      );
    });
    assert.equal(reclaimed, 80);
    assert.equal(fixture.events('notifierCalls'), 8);
    assert.ok(fixture.machine.now - before >= 8 * 700);
    const [, taken] = fixture.run([
      (cpu) => fixture.operations.gup(cpu, page, 2, 1, 50_000, 0, 1),
      function* (cpu): Steps<number> {
        yield cpu.sleep(20_000);
        return yield fixture.operations.rmapWalk(cpu, page, 2);
      },
    ]);
    assert.equal(taken, 0);
    whole(fixture);
  });
});

describe('probes', () => {
  it('are met by whoever executes them, from the start', () => {
    const fixture = new TestWorld();
    const start = fixture.page(text);
    const results = fixture.one(function* (cpu): Steps<number> {
      const hit = yield fixture.operations.execText(cpu, start, probeOffset);
      const plain = yield fixture.operations.execText(cpu, start + 1, probeOffset);
      const nowhere = yield fixture.operations.execText(cpu, 1, probeOffset);
      return hit * 100 + plain * 10 + nowhere;
    });
    assert.equal(results, 102);
    assert.equal(fixture.events('probeHits'), 1);
    assert.equal(fixture.events('missedHits'), 0);
    whole(fixture);
  });

  it('are written into copies in every process that maps the page, and taken back', () => {
    const fixture = new TestWorld({ threads: 2, space: { processes: 2 } });
    const page = fixture.page(text) + 2;
    const one = fixture.one(function* (cpu): Steps<number> {
      yield fixture.operations.execText(cpu, page, probeOffset);
      const installed = yield fixture.operations.uprobeRegister(cpu, text, 2, probeOffset);
      const refused = yield fixture.operations.uprobeRegister(cpu, text, 2, 99);
      const again = yield fixture.operations.uprobeRegister(cpu, text, 2, probeOffset);
      assert.deepEqual([installed, refused, again], [2, -1, 0]);
      return yield fixture.operations.execText(cpu, page, probeOffset);
    });
    assert.equal(one, 1);
    whole(fixture);
    for (const process of [0, 1]) {
      const word = fixture.machine.contents[frameAt(fixture, page, process) * 1024 + probeOffset];
      assert.equal(word, breakpointWord);
    }
    const after = fixture.one(function* (cpu): Steps<number> {
      assert.equal(yield fixture.operations.uprobeUnregister(cpu, text, 2, probeOffset), 0);
      assert.equal(yield fixture.operations.uprobeUnregister(cpu, text, 2, probeOffset), 2);
      assert.equal(yield fixture.operations.uprobeUnregister(cpu, text, 2, probeOffset), -1);
      return yield fixture.operations.execText(cpu, page, probeOffset);
    });
    assert.equal(after, 0);
    whole(fixture);
  });

  for (const uprobes of ['inside', 'deferred', 'prefetched'] as const) {
    it(`are in a new mapping when mmap returns (${uprobes})`, () => {
      const fixture = new TestWorld({ strategy: { uprobes } });
      const hit = fixture.one(function* (cpu): Steps<number> {
        const start = yield fixture.operations.mmap(cpu, 4, text, 0);
        const result = yield fixture.operations.execText(cpu, start, probeOffset);
        yield fixture.operations.munmap(cpu, start, 4);
        return result;
      });
      assert.equal(hit, 1);
      assert.equal(fixture.events('missedHits'), 0);
      whole(fixture);
    });
  }
});

describe('notifier and section', () => {
  it('calls back once for each VMA of the range, and sleeps', () => {
    const fixture = new TestWorld({ space: { notifierShare: 1, notifierNs: 300 } });
    const before = fixture.machine.now;
    assert.equal(
      fixture.one((cpu) => fixture.operations.notifier(cpu, fixture.page(heap), 8)),
      2,
    );
    assert.ok(fixture.machine.now - before >= 600);
    whole(fixture);
  });

  it('counts sections as acquisitions of the lock they are on', () => {
    const fixture = new TestWorld();
    const anonClass = 7;
    fixture.one(function* (cpu): Steps<number> {
      const before = cpu.task.counters[anonClass]?.acquisitions ?? 0;
      yield fixture.operations.section(cpu, 1, 1, 100, 0);
      yield fixture.operations.section(cpu, 1, 0, 100, 1);
      assert.equal(cpu.task.counters[anonClass]?.acquisitions, before + 2);
      return yield fixture.operations.section(cpu, 0, 1, 100, 1);
    });
    whole(fixture);
  });
});
