import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Machine } from '../system/machine.js';
import { found, unreadable } from '../system/reading.js';
import { recordedMachine, type Recording } from '../system/recorded-machine.test-support.js';
import { checks, examine } from './checks.js';
import type { Finding, Verdict } from './finding.js';
import * as trees from './recorded-trees.test-support.js';

type Line = readonly [check: string, verdict: Verdict, value: string];

const expected: readonly [name: string, recording: Recording, lines: readonly Line[]][] = [
  [
    'a laptop as it comes',
    trees.laptop,
    [
      ['governor', 'noisy', 'powersave on 8 CPUs'],
      ['turbo', 'noisy', 'on'],
      ['frequencies', 'noisy', '0.40 to 4.21 GHz'],
      ['power supply', 'noisy', 'battery'],
      ['heat', 'noisy', 'cores are being slowed down now'],
      ['virtualisation', 'good', 'none'],
      ['steal time', 'good', '0% since boot'],
      ['container', 'information', 'no sign of one'],
      ['CPU quota', 'good', 'none'],
      ['throttling', 'good', 'no quota'],
      ['CPUs', 'information', '8 CPUs, 4 cores, 1 socket'],
      ['SMT', 'noisy', 'on'],
      ['kinds of cores', 'noisy', '4 + 4 CPUs of 2 kinds'],
      ['isolated CPUs', 'information', 'none'],
      ['NUMA balancing', 'good', 'nothing to balance: one node'],
      ['load', 'noisy', '3.4 on 8 CPUs'],
      ['CPU pressure', 'noisy', '7.3% of the last 10 s'],
      ['idle states', 'noisy', 'to C10, which takes 1500 µs to leave'],
      ['irqbalance', 'noisy', 'runs'],
      ['clock source', 'noisy', 'hpet'],
      ['huge pages', 'noisy', 'always'],
      ['swap', 'noisy', '512 MiB used'],
      ['ASLR', 'information', 'on'],
    ],
  ],
  [
    'a server set up for measuring',
    trees.server,
    [
      ['governor', 'good', 'performance on 16 CPUs'],
      ['turbo', 'good', 'off'],
      ['frequencies', 'good', '2.79 to 2.80 GHz'],
      ['power supply', 'good', 'no battery'],
      ['heat', 'good', 'no core slowed down since the start'],
      ['virtualisation', 'good', 'none'],
      ['steal time', 'good', '0% in 1.0 s, 0% since boot'],
      ['container', 'information', 'no sign of one'],
      ['CPU quota', 'good', 'none'],
      ['throttling', 'good', 'no quota'],
      ['CPUs', 'information', '16 CPUs, 16 cores, 2 sockets'],
      ['SMT', 'good', 'off'],
      ['kinds of cores', 'good', '16 CPUs of one kind'],
      ['isolated CPUs', 'information', '12-15'],
      ['NUMA balancing', 'good', 'off, 2 nodes'],
      ['load', 'good', '0.1 on 16 CPUs'],
      ['CPU pressure', 'good', '0.02% of the last 10 s'],
      ['idle states', 'good', 'to C1, which takes 2 µs to leave'],
      ['irqbalance', 'good', 'does not run'],
      ['clock source', 'good', 'tsc'],
      ['huge pages', 'good', 'madvise'],
      ['swap', 'good', 'none'],
      ['ASLR', 'information', 'on'],
    ],
  ],
  [
    'a container with a quota',
    trees.limitedContainer,
    [
      ['governor', 'noisy', 'schedutil on 30, performance on 2 CPUs'],
      ['turbo', 'noisy', 'on'],
      [
        'frequencies',
        'unknown',
        '/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq does not exist',
      ],
      ['power supply', 'unknown', '/sys/class/power_supply does not exist'],
      [
        'heat',
        'unknown',
        '/sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count does not exist',
      ],
      ['virtualisation', 'good', 'none'],
      ['steal time', 'good', '0% since boot'],
      ['container', 'information', 'Docker'],
      ['CPU quota', 'noisy', '4 of 32 CPUs, in periods of 100 ms'],
      ['throttling', 'information', 'in 640 of 5000 periods (13%)'],
      ['CPUs', 'information', '32 CPUs, 16 cores, 1 socket'],
      ['SMT', 'noisy', 'on'],
      ['kinds of cores', 'unknown', '/sys/devices/cpu_core/cpus does not exist'],
      ['isolated CPUs', 'information', 'none'],
      ['NUMA balancing', 'noisy', 'on, 2 nodes'],
      ['load', 'noisy', '21.0 on 32 CPUs'],
      ['CPU pressure', 'unknown', '/proc/pressure/cpu does not exist'],
      ['idle states', 'unknown', '/sys/devices/system/cpu/cpuidle/current_driver does not exist'],
      ['irqbalance', 'unknown', 'a container does not see the processes of its host'],
      ['clock source', 'good', 'tsc'],
      ['huge pages', 'noisy', 'always'],
      ['swap', 'unknown', '/proc/swaps may not be read by this user'],
      ['ASLR', 'information', 'on'],
    ],
  ],
  [
    'a virtual machine of a cloud',
    trees.cloudMachine,
    [
      [
        'governor',
        'unknown',
        '/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor does not exist',
      ],
      ['turbo', 'unknown', '/sys/devices/system/cpu/intel_pstate/no_turbo does not exist'],
      [
        'frequencies',
        'unknown',
        '/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq does not exist',
      ],
      ['power supply', 'unknown', '/sys/class/power_supply does not exist'],
      [
        'heat',
        'unknown',
        '/sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count does not exist',
      ],
      ['virtualisation', 'noisy', 'a virtual machine'],
      ['steal time', 'noisy', '10% in 1.0 s, 5% since boot'],
      ['container', 'information', 'no sign of one'],
      ['CPU quota', 'good', 'none'],
      ['throttling', 'good', 'no quota'],
      ['CPUs', 'information', '2 CPUs, 2 cores, 1 socket'],
      ['SMT', 'unknown', 'a hypervisor may run two of these CPUs on one core, and does not say'],
      ['kinds of cores', 'good', '2 CPUs of one kind'],
      ['isolated CPUs', 'information', 'none'],
      ['NUMA balancing', 'good', 'nothing to balance: one node'],
      ['load', 'good', '0.2 on 2 CPUs'],
      ['CPU pressure', 'good', '0% of the last 10 s'],
      ['idle states', 'good', 'to haltpoll, which takes 1 µs to leave'],
      ['irqbalance', 'good', 'does not run'],
      ['clock source', 'good', 'tsc'],
      ['huge pages', 'good', 'madvise'],
      ['swap', 'good', 'none'],
      ['ASLR', 'information', 'on'],
    ],
  ],
];

const arbitraryText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.bigInt().map(String),
  fc.constantFrom(...Object.values(trees.laptop.files).map((each) => each ?? '')),
  fc.constantFrom(
    '0-99999999999',
    '[',
    'cpu  1 2',
    'cpu  9 9 9 9 9 9 9 1e999',
    'max',
    '0 0',
    '-1 100000',
  ),
);

const lineOf = ({ check, verdict, value }: Finding): Line => [check, verdict, value];

const findingOf = (recording: Recording, check: string): Finding => {
  const finding = examine(recordedMachine(recording)).find((each) => each.check === check);
  assert.ok(finding, check);
  return finding;
};

describe('checks', () => {
  for (const [name, recording, lines] of expected) {
    it(`read ${name}`, () => {
      assert.deepEqual(examine(recordedMachine(recording)).map(lineOf), lines);
    });
  }

  it('say unknown and why where nothing can be read', () => {
    const findings = examine(recordedMachine(trees.closedMachine));
    for (const { check, verdict, value } of findings) {
      if (check === 'CPUs') continue;
      assert.equal(verdict, 'unknown', check);
      assert.match(value, /does not exist|nobody recorded|no control group/, check);
    }
  });

  it('take the quota of a group above, the least of several, in both versions', () => {
    const quota = (files: Record<string, string>): string =>
      findingOf({ cpus: 8, files }, 'CPU quota').value;
    const second = {
      '/proc/self/cgroup': '0::/a/b\n',
      '/sys/fs/cgroup/cgroup.controllers': 'cpu\n',
      '/sys/fs/cgroup/a/b/cpu.max': '600000 100000\n',
    };
    assert.equal(quota(second), '6 of 8 CPUs, in periods of 100 ms');
    assert.equal(
      quota({ ...second, '/sys/fs/cgroup/a/cpu.max': '75000 50000\n' }),
      '1.5 of 8 CPUs, in periods of 50 ms',
    );
    assert.equal(quota({ ...second, '/sys/fs/cgroup/a/b/cpu.max': 'max 100000\n' }), 'none');
    const first = {
      '/proc/self/cgroup': '3:cpuacct,cpu:/a\n',
      '/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us': '50000\n',
      '/sys/fs/cgroup/cpu/a/cpu.cfs_period_us': '100000\n',
    };
    assert.equal(quota(first), '0.5 of 8 CPUs, in periods of 100 ms');
    assert.equal(quota({ '/proc/self/cgroup': '3:cpu:/\n' }).includes('no control group'), true);
  });

  it('see what is used up while they look', () => {
    const files = {
      '/proc/self/cgroup': '0::/\n',
      '/sys/fs/cgroup/cpu.max': '100000 100000\n',
      '/sys/fs/cgroup/cpu.stat': 'usage_usec 1\nnr_periods 90\nnr_throttled 9\n',
    };
    const before = { '/sys/fs/cgroup/cpu.stat': 'nr_periods 80\nnr_throttled 5\n' };
    assert.equal(findingOf({ files, before }, 'throttling').value, 'in 4 periods while looking');
    assert.equal(findingOf({ files, before: files }, 'throttling').verdict, 'information');
  });

  it('name a command that is there: cpupower, or else the files', () => {
    const command = (commands: readonly string[], check: string): string | null | undefined =>
      findingOf({ ...trees.laptop, commands }, check).remedy?.command;
    assert.equal(command(['cpupower'], 'governor'), 'sudo cpupower frequency-set -g performance');
    assert.match(command([], 'governor') ?? '', /^echo performance \| sudo tee /);
    assert.equal(command(['cpupower'], 'idle states'), 'sudo cpupower idle-set -D 20');
    assert.match(command([], 'idle states') ?? '', /\{state2,state3\}\/disable$/);
  });

  it('say of a kernel setting in a container that it is the host’s', () => {
    const remark = findingOf(trees.limitedContainer, 'turbo').remedy?.remark;
    assert.match(remark ?? '', /on the host: .* container/);
  });

  it('know a hypervisor by the firmware where the processor does not say', () => {
    const files = { '/proc/cpuinfo': 'processor\t: 0\nFeatures\t: fp asimd\n' };
    const product = (name: string): Finding =>
      findingOf({ files: { ...files, '/sys/class/dmi/id/product_name': name } }, 'virtualisation');
    assert.deepEqual(lineOf(product('KVM Virtual Machine\n')).slice(1), [
      'noisy',
      'KVM Virtual Machine',
    ]);
    assert.equal(product('Board 7\n').verdict, 'unknown');
  });

  it('never throw where one file holds something else than it should, now or before', () => {
    const recordings = [trees.laptop, trees.server, trees.limitedContainer, trees.cloudMachine];
    const places = recordings.flatMap((recording) =>
      Object.keys(recording.files).map((path) => ({ recording, path })),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...places),
        fc.oneof(arbitraryText, fc.constant(null)),
        fc.oneof(arbitraryText, fc.constant(null)),
        ({ recording, path }, now, earlier) => {
          const files = { ...recording.files, [path]: now };
          const before = { ...recording.before, [path]: earlier };
          for (const finding of examine(recordedMachine({ ...recording, files, before }))) {
            assertSound(finding);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('never throw, whatever the files hold, and say what they say in one clean line', () => {
    const name = fc.oneof(
      fc.constantFrom('cpu0', 'cpu1', 'state0', 'state9', '812', 'BAT0', '\u001b[31m', '../..'),
      fc.string(),
    );
    const reading = fc.option(arbitraryText, { nil: undefined });
    const listing = fc.option(fc.array(name, { maxLength: 5 }), { nil: undefined });
    fc.assert(
      fc.property(
        fc.func(reading),
        fc.func(reading),
        fc.func(listing),
        fc.integer({ min: 1, max: 512 }),
        (now, before, names, cpus) => {
          const read = (texts: (path: string) => string | undefined) => (path: string) => {
            const each = texts(path);
            return each === undefined ? unreadable('it is not there') : found(each);
          };
          const list = (path: string) => {
            const each = names(path);
            return each === undefined ? unreadable('it is not there') : found(each);
          };
          const first: Machine = {
            cpus,
            load: found([cpus / 2]),
            read: read(before),
            list,
            hasCommand: () => false,
            earlier: null,
          };
          const machine = { ...first, read: read(now), earlier: { machine: first, seconds: 1 } };
          for (const check of checks) assertSound(check(machine));
        },
      ),
      { numRuns: 500 },
    );
  });
});

const clean = /^[^\p{C}]*$/u;

function assertSound(finding: Finding): void {
  const { verdict, value, brief, remedy, why } = finding;
  assert.match(value, /\S/);
  for (const text of [value, brief, remedy?.command ?? '', remedy?.remark ?? '']) {
    assert.match(text, clean);
    assert.doesNotMatch(text, /NaN|undefined|Infinity/);
  }
  assert.equal(brief !== '', verdict === 'noisy');
  assert.equal(remedy !== null, verdict === 'noisy');
  assert.match(why, /^[A-Z].*\.$/);
}
