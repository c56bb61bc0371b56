import type { Machine } from '../system/machine.js';
import { found, orNull, whenRead, type Reading } from '../system/reading.js';
import { readCount, readName, readWord } from '../system/values.js';
import { good, information, noisy, unknown, type About, type Check } from './finding.js';
import { withCpupower } from './remedy.js';

const about: About = {
  check: 'idle states',
  why: 'A core that sleeps deeply takes longer to wake than a lock to be handed over, and only locks whose waiters sleep pay it.',
};

const folder = '/sys/devices/system/cpu';

/** A wake-up without any of it takes about 2 µs; beyond this, the idle state is most of what is measured. */
const latencyWorthNotingUs = 20;

interface IdleState {
  /** `state3`. */
  readonly file: string;
  readonly name: string;
  readonly latencyUs: number;
}

export const idleStates: Check = (machine) => {
  const driver = readWord(machine.read, `${folder}/cpuidle/current_driver`);
  if (!driver.ok) return unknown(about, driver.why);
  if (driver.value === 'none') return information(about, 'the kernel has no driver for them');
  const states = enabledStates(machine);
  if (!states.ok) return unknown(about, states.why);
  const deepest = states.value.reduce<IdleState | null>(
    (deep, state) => (deep === null || state.latencyUs > deep.latencyUs ? state : deep),
    null,
  );
  if (deepest === null) return good(about, 'none enabled');
  const value = `to ${deepest.name}, which takes ${deepest.latencyUs} µs to leave`;
  const slow = states.value.filter(({ latencyUs }) => latencyUs >= latencyWorthNotingUs);
  if (slow.length === 0) return good(about, value);
  const files = slow.length === 1 ? deepest.file : `{${slow.map(({ file }) => file).join(',')}}`;
  return noisy(
    about,
    value,
    `idle cores take ${deepest.latencyUs} µs to wake`,
    withCpupower(
      machine,
      `idle-set -D ${latencyWorthNotingUs}`,
      `echo 1 | sudo tee ${folder}/cpu*/cpuidle/${files}/disable`,
    ),
  );
};

/** Of the first CPU; the others have the same. */
const enabledStates = (machine: Machine): Reading<readonly IdleState[]> =>
  whenRead(machine.list(`${folder}/cpu0/cpuidle`), (files) =>
    found(
      files
        .filter((file) => /^state\d+$/.test(file))
        .sort()
        .flatMap((file) => idleState(machine, file)),
    ),
  );

function idleState(machine: Machine, file: string): readonly IdleState[] {
  const path = `${folder}/cpu0/cpuidle/${file}`;
  const latencyUs = orNull(readCount(machine.read, `${path}/latency`));
  const disabled = orNull(readCount(machine.read, `${path}/disable`)) ?? 0;
  const name = orNull(readName(machine.read, `${path}/name`)) ?? file;
  return latencyUs === null || disabled !== 0 ? [] : [{ file, name, latencyUs }];
}
