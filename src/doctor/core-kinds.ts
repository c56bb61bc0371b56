import type { Machine } from '../system/machine.js';
import { found, whenRead, type Reading } from '../system/reading.js';
import { readCount, readList, readPerCpu } from '../system/values.js';
import { counted } from './counted.js';
import { good, noisy, unknown, type About, type Check } from './finding.js';

const about: About = {
  check: 'kinds of cores',
  why: 'Where fast and slow cores are mixed, a figure depends on which of them the threads happened to run on.',
};

/** Sizes of the groups of CPUs of one kind, and the fastest ones as a list, where the system names them. */
interface Kinds {
  readonly counts: readonly number[];
  readonly fastest: string | null;
}

export const coreKinds: Check = (machine) => {
  const kinds = firstRead([hybridKinds(machine), capacityKinds(machine), frequencyKinds(machine)]);
  if (!kinds.ok) return unknown(about, kinds.why);
  const { counts, fastest } = kinds.value;
  const [first = 0, ...others] = counts;
  if (others.length === 0) return good(about, counted(first, 'CPU') + ' of one kind');
  const value = `${counts.join(' + ')} CPUs of ${counts.length} kinds`;
  return noisy(about, value, `CPUs are of ${counts.length} kinds`, {
    command: fastest === null ? null : `taskset -c ${fastest} mmlock bench WORKLOAD`,
    remark: fastest === null ? 'start mmlock under taskset, on CPUs of one kind' : '',
  });
};

const firstRead = <T>([first, ...others]: readonly [Reading<T>, ...Reading<T>[]]): Reading<T> =>
  first.ok ? first : (others.find(({ ok }) => ok) ?? first);

/** Intel's hybrid processors: one folder a kind. */
const hybridKinds = (machine: Machine): Reading<Kinds> =>
  whenRead(readList(machine.read, '/sys/devices/cpu_core/cpus'), (fast) =>
    whenRead(readList(machine.read, '/sys/devices/cpu_atom/cpus'), (slow) =>
      found({ counts: [fast.count, slow.count].filter((count) => count > 0), fastest: fast.text }),
    ),
  );

/** What the scheduler reckons each CPU to be worth, 1024 for the fastest. */
const capacityKinds = (machine: Machine): Reading<Kinds> =>
  whenRead(readPerCpu(machine, 'cpu_capacity', readCount), (capacities) => {
    const kinds = [...new Set(capacities)].sort((a, b) => b - a);
    const counts = kinds.map((kind) => capacities.filter((each) => each === kind).length);
    return found({ counts, fastest: null });
  });

/** Cores of one kind differ by a tenth at most in the frequency that they are allowed. */
const sameKind = 0.8;

const frequencyKinds = (machine: Machine): Reading<Kinds> =>
  whenRead(readPerCpu(machine, 'cpufreq/cpuinfo_max_freq', readCount), (frequencies) => {
    const limit = Math.max(...frequencies) * sameKind;
    const fast = frequencies.filter((each) => each >= limit).length;
    const counts = [fast, frequencies.length - fast].filter((count) => count > 0);
    return found({ counts, fastest: null });
  });
