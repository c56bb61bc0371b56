import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { parkResult } from '../../machine/cpu.js';
import { Layout, pageWords } from '../../machine/layout.js';
import { RunLayout } from '../../workload/run-layout.js';
import { Clock } from './clock.js';
import { ControlLayout } from './control.js';
import { ThreadCpu } from './thread-cpu.js';

/** What the other thread does, as soon as the first word is 1; then it sets that word to 2. */
const partners = {
  /** Stores into `word` after a moment. */
  store(self: ThreadCpu, word: number) {
    self.sleep(2e6);
    self.store(word, 7);
  },
  /** Wakes who sleeps on `word`, again and again until someone was there. */
  wake(self: ThreadCpu, word: number) {
    while (self.wake(word, 1) === 0) self.sleep(1e5);
  },
  /** Adds to `word + 1` without an atomic, 100,000 times, each under the lock `word`. */
  count(self: ThreadCpu, word: number) {
    addUnderLock(self, word);
  },
  /** Sleeps until `word` is changed and it is woken. */
  park(self: ThreadCpu, word: number) {
    self.park(word, 0);
  },
} as const;

const rounds = 100_000;

function addUnderLock(self: ThreadCpu, word: number): void {
  for (let i = 0; i < rounds; i++) {
    self.acquire(word, 0, self.id + 1);
    self.set(word + 1, self.get(word + 1) + 1);
    self.store(word, 0);
  }
}

interface Setup {
  readonly buffer: SharedArrayBuffer;
  readonly originNs: bigint;
  readonly partner: keyof typeof partners;
  readonly cores: number;
}

/** Both threads lay out the same. */
function assemble(buffer: SharedArrayBuffer, originNs: bigint, id: number, cores: number) {
  const layout = new Layout();
  const run = new RunLayout(layout, 2);
  const control = new ControlLayout(layout, 2);
  const barrier = layout.allocate(1);
  const word = layout.allocate(2);
  const framesWord = Math.ceil(layout.words / pageWords) * pageWords;
  const self = new ThreadCpu({
    words: new Int32Array(buffer),
    control,
    run,
    clock: new Clock(originNs),
    id,
    threads: 2,
    cores,
    framesWord,
    sleepOvershootNs: 0,
    seed: id,
  });
  return { self, barrier, control, run, word };
}

const bytes = 16 * pageWords * 4;

async function withPartner(
  partner: keyof typeof partners,
  cores: number,
  body: (parts: ReturnType<typeof assemble>, begin: () => void) => void,
): Promise<void> {
  const buffer = new SharedArrayBuffer(bytes);
  const originNs = Clock.origin();
  const setup: Setup = { buffer, originNs, partner, cores };
  const worker = new Worker(new URL(import.meta.url), { workerData: setup });
  const ended = new Promise<void>((resolve, reject) => {
    worker.on('error', reject);
    worker.on('exit', () => {
      resolve();
    });
  });
  await new Promise((resolve) => worker.once('message', resolve));
  const parts = assemble(buffer, originNs, 0, cores);
  body(parts, () => {
    parts.self.store(parts.barrier, 1);
    parts.self.wake(parts.barrier, 1);
  });
  await ended;
}

function playPartner({ buffer, originNs, partner, cores }: Setup): void {
  const { self, barrier, word } = assemble(buffer, originNs, 1, cores);
  parentPort?.postMessage('ready');
  self.park(barrier, 0);
  partners[partner](self, word);
  self.end();
}

function testAll(): void {
  const alone = (cores = 2) => assemble(new SharedArrayBuffer(bytes), Clock.origin(), 0, cores);

  describe('ThreadCpu', () => {
    test('every word step gives the value held before', () => {
      const { self, word } = alone();
      assert.equal(self.store(word, 5), 0);
      assert.equal(self.swap(word, 6), 5);
      assert.equal(self.add(word, -7), 6);
      assert.equal(self.and(word, 0xff), -1);
      assert.equal(self.or(word, 0x100), 0xff);
      assert.equal(self.cas(word, 1, 2), 0x1ff);
      assert.equal(self.cas(word, 0x1ff, 3), 0x1ff);
      assert.equal(self.set(word, 4), 3);
      assert.equal(self.get(word), 4);
      assert.equal(self.load(word), 4);
    });

    test('park gives why it ended, and is timed as a wait', () => {
      const { self, word } = alone();
      assert.equal(self.park(word, 1), parkResult.differed);
      const before = self.now();
      self.task.blockedAt = 0;
      self.task.operationBlockedAt = 0;
      assert.equal(self.park(word, 0, 2e6), parkResult.timedOut);
      assert.ok(self.now() - before >= 2e6);
      assert.ok(self.task.blockedAt >= before);
      assert.equal(self.task.operationBlockedAt, self.task.blockedAt);
    });

    test('steps that need not wait look at no clock', () => {
      const { self, word } = alone();
      assert.equal(self.awaitChange(word, 1), 0);
      assert.equal(self.acquire(word, 0, 1), 0);
      assert.equal(self.task.blockedAt, 0);
      assert.equal(self.task.operationBlockedAt, 0);
    });

    test('a spin that lasts gives up the CPU, and says so', () => {
      const { self, word } = alone(1);
      assert.equal(self.awaitChange(word, 0), 0, 'it may return early');
      assert.equal(self.count.spinYields, 1);
      assert.ok(self.task.blockedAt > 0);
    });

    test('a spin with a limit ends at it, and keeps the CPU', () => {
      const { self, word } = alone(1);
      const before = self.now();
      assert.equal(self.awaitChange(word, 0, 1e5), 0);
      assert.ok(self.now() - before >= 1e5);
      assert.equal(self.count.spinYields, 0);
      const noted = self.task.blockedAt;
      assert.ok(noted >= before);
      assert.equal(self.awaitChange(word, 0, 0), 0);
      assert.equal(self.task.blockedAt, noted, 'one look goes on with the same wait');
      self.task.blockedAt = 0;
      assert.equal(self.awaitChange(word, 0, 0), 0);
      assert.ok(self.task.blockedAt > noted, 'or begins one');
    });

    test('reschedules only where there are more threads than cores', () => {
      const crowded = alone(1).self;
      const roomy = alone(2).self;
      assert.equal(crowded.needsReschedule(), 0);
      crowded.work(4e6);
      roomy.work(4e6);
      assert.equal(crowded.needsReschedule(), 1);
      assert.equal(roomy.needsReschedule(), 0);
      crowded.sleep(1e5);
      assert.equal(crowded.needsReschedule(), 0, 'it has given up the CPU');
    });

    test('an owner is not running once it sleeps, or once its heartbeat stands still too long', () => {
      const { self, control, run } = alone(1);
      assert.equal(self.isRunning(1), 0, 'it has not begun');
      self.store(control.running(1), 1);
      assert.equal(self.isRunning(1), 1);
      self.work(2e6);
      assert.equal(self.isRunning(1), 0);
      assert.equal(self.isRunning(1), 0);
      assert.equal(self.count.ownerLost, 1);
      self.add(run.progress(1), 1);
      assert.equal(self.isRunning(1), 1, 'it moves again');
      const roomy = alone(2);
      roomy.self.store(roomy.control.running(1), 1);
      roomy.self.isRunning(1);
      roomy.self.work(2e6);
      assert.equal(roomy.self.isRunning(1), 1, 'with a core each it is believed');
    });

    test('awaitOwner ends when the owner sleeps', () => {
      const { self, control, word } = alone();
      self.store(control.running(1), 0);
      assert.equal(self.awaitOwner(word, 0, 1), 0);
      assert.equal(self.count.spinYields, 0);
    });

    test('deadlines, work and sleep go by one clock', () => {
      const { self } = alone();
      const deadline = self.now() + 1e6;
      assert.equal(self.past(deadline), 0);
      self.work(1.1e6);
      assert.equal(self.past(deadline), 1);
      const before = self.now();
      self.sleep(1e6);
      assert.ok(self.now() - before >= 1e6);
      assert.equal(self.sleepAskedNs, 1e6);
      assert.ok(self.sleepTookNs >= 1e6);
    });

    test('frames are zeroed, copied and read by word', () => {
      const { self } = alone();
      self.poke(2, 0, 11);
      self.poke(2, pageWords - 1, -3);
      self.poke(3, 0, 9);
      self.poke(1, pageWords - 1, 8);
      self.copy(4, 2);
      self.zero(2);
      assert.deepEqual([self.peek(4, 0), self.peek(4, pageWords - 1)], [11, -3]);
      assert.deepEqual([self.peek(2, 0), self.peek(2, pageWords - 1)], [0, 0]);
      assert.deepEqual([self.peek(1, pageWords - 1), self.peek(3, 0)], [8, 9], 'neighbours stay');
    });

    test('awaitChange sees what another thread stores', () =>
      withPartner('store', 2, ({ self, word }, begin) => {
        begin();
        while (self.awaitChange(word, 0) === 0);
        assert.equal(self.load(word), 7);
      }));

    test('a sleeper is woken', () =>
      withPartner('wake', 2, ({ self, word }, begin) => {
        begin();
        assert.equal(self.park(word, 0, 10e9), parkResult.woken);
      }));

    test('who sleeps is shown as not running, and as running again', () =>
      withPartner('park', 2, ({ self, word }, begin) => {
        begin();
        while (self.isRunning(1) === 1) self.sleep(1e5);
        while (self.wake(word, 1) === 0) self.sleep(1e5);
      }));

    for (const cores of [1, 2]) {
      test(`acquire excludes, told of ${cores} cores for 2 threads`, () =>
        withPartner('count', cores, ({ self, word }, begin) => {
          begin();
          addUnderLock(self, word);
          // The partner may still be at it.
          const limit = self.now() + 60e9;
          while (self.load(word + 1) < 2 * rounds && self.past(limit) === 0) self.sleep(1e6);
          assert.equal(self.load(word + 1), 2 * rounds);
        }));
    }
  });
}

if (isMainThread) testAll();
else playPartner(workerData as Setup);
