import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { traced, type TracedSetting } from '../engines/sim/trace.test-support.js';
import { traceText } from './trace-text.js';

const id = z.int().nonnegative();
const time = z.number().nonnegative();
const track = { name: z.string().min(1), pid: id, tid: id };

/** What the format asks of each kind of event that is written, and nothing else may be in it. */
const event = z.discriminatedUnion('ph', [
  z.strictObject({
    ...{ ph: z.literal('M'), pid: id, tid: id },
    name: z.enum(['process_name', 'process_sort_index', 'thread_name', 'thread_sort_index']),
    args: z.union([
      z.strictObject({ name: z.string().min(1) }),
      z.strictObject({ sort_index: z.int() }),
    ]),
  }),
  z.strictObject({
    ph: z.literal('X'),
    ...track,
    cat: z.enum(['cpu', 'operation', 'wait', 'state', 'hold']),
    ts: time,
    dur: time,
  }),
  z.strictObject({
    ...{ ph: z.literal('C'), ...track, ts: time },
    args: z.strictObject({ waiters: z.int().nonnegative() }),
  }),
  z.strictObject({ ph: z.literal('i'), ...track, ts: time, s: z.literal('g') }),
]);

type Event = z.infer<typeof event>;

const file = z.strictObject({
  otherData: z.looseObject({ ns: time, notes: z.array(z.string()) }),
  traceEvents: z.array(event),
});

function written(setting: TracedSetting = {}) {
  const made = traced(setting);
  const { plan, machine, trace } = made;
  const subject = { plan, machine, strategy: 'rwsem-spin', block: 1, version: '1.2.3' };
  const { otherData, traceEvents } = file.parse(JSON.parse(traceText(trace, subject)));
  return { ...made, otherData, events: traceEvents };
}

const ofKind = <P extends Event['ph']>(events: readonly Event[], ph: P) =>
  events.filter((each): each is Extract<Event, { ph: P }> => each.ph === ph);

/** ts and dur as Perfetto reads them, in whole ns. */
const ns = (us: number): number => Math.trunc(us * 1000);

test('the file is in the format, and within the window', () => {
  const { events, otherData, plan } = written();
  assert.deepEqual(
    [otherData.workload, otherData.strategy, otherData.machine, otherData.ns, otherData.notes],
    ['t', 'rwsem-spin', 'laptop-8', plan.run.durationNs, []],
  );
  for (const { ts, dur, name } of ofKind(events, 'X')) {
    assert.ok(ns(ts) + ns(dur) <= plan.run.durationNs, `${name} at ${ts}`);
    assert.ok(Math.abs(ts - ns(ts) / 1000) < 1e-6);
  }
});

test('slices of a track lie apart or within each other', () => {
  for (const setting of [{}, { strategy: 'rwsem-fifo' }, { strategy: 'per-vma' }]) {
    const { events } = written(setting);
    const open = new Map<number, number[]>();
    const inOrder = [...ofKind(events, 'X')].sort((a, b) => a.ts - b.ts || b.dur - a.dur);
    for (const { ts, dur, tid, name } of inOrder) {
      const ends = open.get(tid) ?? [];
      open.set(tid, ends);
      while ((ends.at(-1) ?? Infinity) <= ns(ts)) ends.pop();
      const end = ns(ts) + ns(dur);
      assert.ok(end <= (ends.at(-1) ?? Infinity), `${name} at ${ts} on ${tid}`);
      ends.push(end);
    }
  }
});

test('every track has a name, and no two have one number', () => {
  const { events, machine, plan } = written();
  const names = ofKind(events, 'M').filter(({ name }) => name === 'thread_name');
  const byTrack = new Map(names.map(({ tid, args }) => [tid, 'name' in args ? args.name : '']));
  assert.equal(byTrack.size, names.length);
  for (const { tid, pid } of ofKind(events, 'X')) {
    const named = names.find((each) => each.tid === tid);
    assert.equal(named?.pid, pid);
  }
  const all = [...byTrack.values()];
  const shown = ['CPU 0', 'CPU 1', 'CPU 2', 'CPU 3'];
  shown.push('faulter 0', 'faulter 1', 'mapper 0', 'reader 0');
  assert.equal(shown.length, machine.cpus + plan.threads);
  assert.deepEqual(all.slice(0, shown.length), shown);
  assert.ok(all.includes('faulter 0 holds'));
});

test('a CPU shows whose it is and what that does; a thread, what it does and waits for', () => {
  const { events } = written();
  const shown = (pid: number): Set<string> =>
    new Set(
      ofKind(events, 'X').flatMap((each) => (each.pid === pid ? [`${each.cat} ${each.name}`] : [])),
    );
  const onCpus = shown(1);
  for (const name of ['cpu faulter 0', 'cpu mapper 0', 'operation fault', 'operation munmap']) {
    assert.ok(onCpus.has(name), name);
  }
  const ofThreads = shown(2);
  for (const name of [
    'operation fault',
    'wait waits for mmap_lock',
    'hold mmap_lock',
    'state I/O and sleep',
    'state mmap_lock: spinning',
  ]) {
    assert.ok(ofThreads.has(name), `${name}: ${[...ofThreads].join()}`);
  }
});

test('states of all threads add up to what the trial spent', () => {
  const { events, trial } = written();
  for (const [name, kind] of [
    ['cache-line transfers', 'transfer'],
    ['I/O and sleep', 'io'],
    ['waking others', 'wake'],
  ] as const) {
    const slices = ofKind(events, 'X').filter((each) => each.cat === 'state' && each.name === name);
    const sum = slices.reduce((all, { dur }) => all + ns(dur), 0);
    const spent = (trial.spent ?? []).reduce((all, each) => all + (each.ns[kind] ?? 0), 0);
    // Each slice is in whole ns.
    assert.ok(spent > 0 && Math.abs(sum - spent) <= slices.length, `${name}: ${sum}, not ${spent}`);
  }
});

test('a queue’s counter counts the threads that wait', () => {
  const { events, plan } = written();
  const counters = ofKind(events, 'C').filter(({ name }) => name === 'mmap_lock waiters');
  assert.ok(counters.length > 10);
  assert.ok(counters.some(({ args }) => args.waiters > 1));
  const waits = ofKind(events, 'X').filter(({ name }) => name === 'waits for mmap_lock');
  for (const { ts, args } of counters) {
    assert.ok(args.waiters <= plan.threads);
    const waiting = waits.filter(
      (each) => ns(each.ts) <= ns(ts) && ns(each.ts) + ns(each.dur) > ns(ts),
    );
    // Changes within one ns have one time.
    const atOnce = counters.filter((each) => each.ts === ts);
    if (atOnce.length === 1) assert.equal(waiting.length, args.waiters, `at ${ts}`);
  }
  assert.equal(counters.at(-1)?.args.waiters, 0);
});

test('what was left out is said in the file and on its timeline', () => {
  const { events, otherData } = written({ limits: { transfers: 10, others: 500 } });
  const said = ofKind(events, 'i').map(({ name }) => name);
  assert.deepEqual(said, otherData.notes);
  assert.match(said[0] ?? '', /^too much happens for more than the first [\d.]+µs/);
  assert.match(said[1] ?? '', /^\d+ transfers of cache lines are left out/);
  assert.ok(!ofKind(events, 'X').some(({ name }) => name === 'cache-line transfers'));
});
