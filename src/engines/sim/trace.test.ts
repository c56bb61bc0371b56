import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lockClasses, lockClassIndex } from '../../machine/lock-class.js';
import { recordedCount } from '../../measure/sparse-histogram.js';
import type { SpentTime } from '../trial.js';
import { placeName } from './place-name.js';
import type { Slice } from './trace.js';
import {
  sections,
  traced,
  untraced,
  type Traced,
  type TracedSetting,
} from './trace.test-support.js';
import { timeKind, timeKinds, waitKinds, waitPlace } from './time-account.js';

const total = (slices: readonly Slice[]): number =>
  slices.reduce((sum, { from, to }) => sum + to - from, 0);

/** Each has states that the others have not. */
const settings: Readonly<Record<string, TracedSetting>> = {
  'a lock that spins': {},
  'more threads than CPUs': { threads: 6, strategy: 'rwsem-fifo' },
  'threads that take turns': { threads: 8, strategy: 'qrwlock' },
  'a guest whose host takes CPUs away': { isGuest: true, strategy: 'qrwlock' },
  'nothing shared': { strategy: 'private' },
};

/** What a role spent on a place of the account, ns. */
function spentOn({ ns, waits }: SpentTime, place: number): number {
  const { kind, lockClass } = placeName(place);
  if (place < timeKinds.length) return ns[kind] ?? 0;
  const name = lockClasses[lockClass] ?? 'none';
  const wait = waits.find((each) => each.lockClass === name);
  return wait?.[waitKinds[(place - timeKinds.length) % 3] ?? 'spinning'] ?? 0;
}

const nearly = (actual: number, expected: number, most: number, what: string): void =>
  assert.ok(Math.abs(actual - expected) <= most, `${what}: ${actual}, not ${expected}`);

/** A thread that is without a CPU in the middle of a step at an end of the window: the account has the step as done. */
const longestStepNs = 2_000;

const isPreempted = ({ isGuest, threads = 4 }: TracedSetting): boolean =>
  isGuest === true || threads > 4;

for (const [name, setting] of Object.entries(settings)) {
  test(`${name}: tracing changes nothing`, () => {
    assert.deepEqual(traced(setting).trial, untraced(setting));
  });

  test(`${name}: the states of a role's threads are what the role spent`, () => {
    const { plan, trace, trial } = traced(setting);
    const states = trace.within(trace.states);
    assert.ok(states.length > 10 && !trace.isCut && !trace.leavesTransfersOut);
    for (const [role, spent] of (trial.spent ?? []).entries()) {
      const most = 1e-3 + (isPreempted(setting) ? longestStepNs * plan.threads : 0);
      const own = states.filter(({ track }) => plan.actors[track]?.role === role);
      for (const place of new Set(own.map(({ what }) => what))) {
        const ns = total(own.filter(({ what }) => what === place));
        nearly(ns, spentOn(spent, place), most, `${spent.role} ${placeName(place).kind} ${place}`);
      }
      const threads = plan.roles[role]?.threads ?? 0;
      nearly(threads * plan.run.durationNs - total(own), spent.ns.work ?? 0, most, 'work');
    }
  });

  test(`${name}: nothing lies outside the trace, and a thread does one thing at a time`, () => {
    const { trace } = traced(setting);
    const lists = [trace.onCpus, trace.operations, trace.waits, trace.states, trace.holds];
    for (const slice of lists.flatMap((list) => trace.within(list))) {
      assert.ok(slice.from >= trace.openNs && slice.to <= trace.closeNs && slice.to > slice.from);
    }
    for (const list of [trace.onCpus, trace.operations, trace.waits, trace.states]) {
      const ends = new Map<number, number>();
      for (const { track, from, to } of trace.within(list)) {
        assert.ok(from >= (ends.get(track) ?? 0), `${from} on ${track}`);
        ends.set(track, to);
      }
    }
  });
}

test('threads on CPUs and idle CPUs are all the time there is', () => {
  const { machine, plan, trace, trial } = traced({ threads: 6, strategy: 'rwsem-fifo' });
  const busy = total(trace.within(trace.onCpus));
  nearly(busy + (trial.idleNs ?? 0), machine.cpus * plan.run.durationNs, 1e-3, 'CPUs');
});

test('a trace shows threads that sleep, that are ready, and whose CPU the host has taken', () => {
  const kindsOf = (setting: TracedSetting): Set<string> => {
    const { trace } = traced(setting);
    return new Set(trace.within(trace.states).map(({ what }) => placeName(what).kind));
  };
  const sleeping = kindsOf({ threads: 6, strategy: 'rwsem-fifo' });
  for (const kind of ['transfer', 'asleep', 'waking', 'io', 'wake', 'shootdown']) {
    assert.ok(sleeping.has(kind), kind);
  }
  assert.ok(kindsOf({ threads: 8, strategy: 'qrwlock' }).has('ready'));
  assert.ok(kindsOf({ isGuest: true, strategy: 'qrwlock' }).has('stolen'));
  assert.ok(!sleeping.has('stolen') && !sleeping.has('work'));
});

for (const setting of [
  { threads: 6, strategy: 'rwsem-fifo' },
  { threads: 8, strategy: 'qrwlock' },
]) {
  test(`${setting.strategy}: on a CPU a thread works, waits for a line or spins; off it, it does none of these`, () => {
    const { trace } = traced(setting);
    const offCpu = new Set<number>([timeKind.io, timeKind.ready, waitPlace(2, -1)]);
    for (const [index] of lockClasses.entries()) {
      offCpu.add(waitPlace(1, index)).add(waitPlace(2, index));
    }
    const onCpus = trace.within(trace.onCpus);
    const states = trace.within(trace.states);
    assert.ok(states.some(({ what }) => offCpu.has(what)));
    for (const { track, what, from, to } of states) {
      const on = onCpus
        .filter((each) => each.what === track)
        .map((each) => Math.min(to, each.to) - Math.max(from, each.from))
        .reduce((sum, ns) => sum + Math.max(0, ns), 0);
      // A spinner that loses its CPU may be in the middle of a transfer.
      nearly(on, offCpu.has(what) ? 0 : to - from, 100, `${placeName(what).kind} at ${from}`);
    }
  });
}

const sectionTraces = (strategy: string): Traced =>
  traced({ body: sections, strategy, threads: 6, cpus: 8 });

for (const strategy of ['mutex', 'rwsem-fifo', 'rwsem-spin', 'qrwlock']) {
  test(`${strategy}: one thread at a time holds it, a µs each, and every operation holds it once`, () => {
    const { trace } = sectionTraces(strategy);
    const holds = trace.within(trace.holds);
    const operations = trace.within(trace.operations);
    let end = 0;
    for (const { from, to, what } of holds) {
      assert.equal(what, 2 * lockClassIndex('mmap_lock'));
      assert.ok(from >= end);
      assert.ok(to - from >= 1000 || from === trace.openNs || to === trace.closeNs);
      end = to;
    }
    assert.ok(holds.length > 20);
    for (const { track, from, to } of operations) {
      if (from === trace.openNs || to === trace.closeNs) continue;
      const inside = holds.filter(
        (each) => each.track === track && each.from >= from && each.to <= to,
      );
      assert.equal(inside.length, 1);
    }
  });

  test(`${strategy}: a thread waits from its first wait until it holds, and all its spinning and sleeping lies in there`, () => {
    const { trace, trial } = sectionTraces(strategy);
    const waits = trace.within(trace.waits);
    const counted = recordedCount(trial.rows[0]?.wait ?? assert.fail());
    // The counts are of operations that ended in the window; the trace has those cut off by its ends too.
    assert.ok(
      waits.length >= counted && waits.length <= counted + 12,
      `${waits.length}, ${counted}`,
    );
    for (const state of trace.within(trace.states)) {
      if (placeName(state.what).lockClass !== lockClassIndex('mmap_lock')) continue;
      const around = waits.filter(
        ({ track, from, to }) => track === state.track && from <= state.from && to >= state.to,
      );
      assert.equal(around.length, 1, `${placeName(state.what).kind} at ${state.from}`);
    }
  });
}

test('of a window only the first part, which is the same as in the whole', () => {
  const whole = traced();
  const part = traced({ windowNs: 100_000 });
  assert.equal(part.trace.closeNs - part.trace.openNs, 100_000);
  const cut = whole.trace
    .within(whole.trace.holds)
    .filter(({ from }) => from < part.trace.closeNs)
    .map((slice) => ({ ...slice, to: Math.min(slice.to, part.trace.closeNs) }));
  assert.deepEqual(part.trace.within(part.trace.holds), cut);
});

test('too many transfers are left out and counted, the rest stays', () => {
  const all = traced();
  const { trace } = traced({ limits: { transfers: 50, others: 1e6 } });
  assert.ok(trace.leavesTransfersOut && !trace.isCut);
  assert.equal(trace.transfers, all.trace.transfers);
  const rest = all.trace.within(all.trace.states).filter(({ what }) => what !== timeKind.transfer);
  assert.deepEqual(trace.within(trace.states), rest);
});

test('too much of everything ends the trace early, and all that is in it is whole up to there', () => {
  const all = traced();
  const { trace } = traced({ limits: { transfers: 1e6, others: 300 } });
  assert.ok(trace.isCut);
  const end = trace.closeNs;
  assert.ok(end > trace.openNs && end < all.trace.closeNs);
  for (const list of ['onCpus', 'operations', 'waits', 'states', 'holds'] as const) {
    const cut = all.trace
      .within(all.trace[list])
      .filter(({ from }) => from < end)
      .map((slice) => ({ ...slice, to: Math.min(slice.to, end) }));
    assert.deepEqual(trace.within(trace[list]), cut, list);
  }
});
