import assert from 'node:assert/strict';
import { test } from 'node:test';
import { costs, type Cpu } from '../../machine/cpu.js';
import type { Steps } from '../../machine/steps.js';
import { FakeOperations } from '../../workload/fake-operations.test-support.js';
import { EnteredOperations } from './entered-operations.js';
import { SimMachine, startNs } from './machine.js';
import type { MachineProfile } from '../../machine/machine-profile.js';
import { builtInMachine } from './read-machine.js';

/**
 * A guest small enough that a short run meets all there is: lines that come from each distance, more threads than virtual
 * CPUs and more of these than real ones, slices that end, idle states light and deep.
 */
const base: MachineProfile = (() => {
  const { profile } = builtInMachine('guest-2x');
  return {
    ...profile,
    shape: { sockets: 2, clustersPerSocket: 2, coresPerCluster: 2, placement: 'spread' },
    line: { ...profile.line, cluster: 30, socket: 70 },
    scheduler: { ...profile.scheduler, slice: 20_000, deepIdleAfter: 5000 },
    hypervisor: { physicalCpus: 4, slice: 50_000, worldSwitch: 3000, kick: 2000 },
  };
})();

const cpus = 6;
const threads = 10;
const rounds = 25;
/** Words that all use, and that a thread sleeps on. */
const shared = 64;
const sleepsOn = (thread: number): number => 256 + 16 * thread;
/** Lines that nobody has touched before, for each thread and round. */
const fresh = (thread: number, round: number): number => 1024 + 16 * (thread * rounds + round);

/** A round of everything that a step can be. */
function* everything(cpu: Cpu, round: number, operations: EnteredOperations): Steps {
  yield cpu.preemption(0);
  yield cpu.store(fresh(cpu.id, round), 1);
  yield cpu.load(fresh(cpu.id, round));
  yield cpu.add(shared, 1);
  yield cpu.load(shared);
  yield cpu.add(shared, 1);
  yield cpu.load(shared + 16 * (round % 4));
  yield cpu.preemption(1);
  for (const cost of costs) yield cpu.read(fresh(cpu.id, round), cost, 1);
  yield cpu.zero(cpu.id);
  yield cpu.copy(cpu.id, cpu.id + threads);
  yield cpu.pause();
  yield cpu.shootdown(threads, 1);
  yield operations.fault(cpu, 0, 1);
  yield operations.mmap(cpu, 1, -1, 0);
  yield cpu.work(6000 * cpu.random.next());
  if (round % 5 === 0) yield cpu.sleep(30_000 * cpu.random.next());
  yield cpu.wake(sleepsOn((cpu.id + 1) % threads), 1);
  if (round % 3 === 0) yield cpu.park(sleepsOn(cpu.id), 0, 20_000 * cpu.random.next());
}

/** As `ends`, under both placements: which CPUs there are of a socket shows in one, of how many sockets in the other. */
function outcome(profile: MachineProfile): string {
  const { placement } = profile.shape;
  const other = placement === 'fill' ? 'spread' : 'fill';
  return `${ends(profile)} ${ends({ ...profile, shape: { ...profile.shape, placement: other } })}`;
}

/** When each thread has ended, ns: everything that happened has gone into it. */
function ends(profile: MachineProfile): string {
  const ended = new Float64Array(threads);
  const machine = new SimMachine({
    profile,
    cpus,
    threads,
    words: new Int32Array(1024 + 16 * threads * rounds + 16),
    seed: 1,
  });
  const operations = new EnteredOperations(new FakeOperations(10), profile.entry);
  machine.start(function* (cpu): Steps {
    for (let round = 0; round < rounds; round++) yield everything(cpu, round, operations);
    ended[cpu.id] = yield cpu.now();
  });
  machine.run(startNs + 1e9);
  assert.equal(machine.live, 0, 'all threads have ended');
  return ended.join();
}

type Knob = readonly [section: string, key: string, value: unknown];

/** Every knob of a profile, as it is there: one that is added to profiles is here at once. */
const knobs: readonly Knob[] = Object.entries(base)
  .filter(([section]) => section !== 'name' && section !== 'about')
  .flatMap(([section, entries]) =>
    Object.entries(entries as object).map(([key, value]): Knob => [section, key, value]),
  );

/** Another value that the knob could have. */
function turned([, key, value]: Knob): unknown {
  if (typeof value === 'boolean') return !value;
  if (value === 'spread') return 'fill';
  assert.ok(typeof value === 'number', `${key} has a value of a new kind`);
  if (key === 'jitter') return value / 2;
  return key === 'physicalCpus' ? value - 1 : value * 2;
}

const unchanged = outcome(base);

test('the same profile gives the same result', () => {
  assert.equal(outcome(structuredClone(base)), unchanged);
});

for (const knob of knobs) {
  const [section, key] = knob;
  test(`${section}.${key} changes a result`, () => {
    const parts = base[section as keyof MachineProfile] as object;
    const changed = { ...base, [section]: { ...parts, [key]: turned(knob) } };
    assert.notEqual(outcome(changed), unchanged);
  });
}
