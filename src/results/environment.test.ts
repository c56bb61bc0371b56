import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Machine } from '../system/machine.js';
import { recordedMachine, type Tree } from '../system/recorded-machine.test-support.js';
import { beginEnvironment, finishEnvironment } from './environment.js';

const files = (tree: Tree): Machine => recordedMachine({ files: tree });

const cpu = (socket: number, core: number): string =>
  `processor\t: 0\nmodel name\t: Test CPU @ 2 GHz\nphysical id\t: ${socket}\ncore id\t\t: ${core}\nflags\t\t: fpu hypervisor avx\n`;

const machine = {
  '/proc/cpuinfo': [cpu(0, 0), cpu(0, 1), cpu(1, 0), cpu(1, 1), cpu(0, 0), cpu(1, 1)].join('\n'),
  '/proc/stat': 'cpu  100 0 100 700 0 0 0 100 5 5\ncpu0 1 2 3\n',
  '/proc/self/cgroup': '0::/job.slice\n',
  '/sys/fs/cgroup/job.slice/cpu.max': '150000 100000\n',
  '/sys/devices/system/node/online': '0-1,4\n',
  '/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor': 'powersave\n',
  '/sys/devices/system/cpu/intel_pstate/no_turbo': '0\n',
  '/sys/kernel/mm/transparent_hugepage/enabled': 'always [madvise] never\n',
};

describe('environment', () => {
  it('reads what the system tells', () => {
    const { environment } = beginEnvironment(Date.UTC(2026, 10, 23), files(machine));
    assert.equal(environment.started, '2026-11-23T00:00:00.000Z');
    assert.equal(environment.cpuModel, 'Test CPU @ 2 GHz');
    assert.equal(environment.cores, 4);
    assert.equal(environment.sockets, 2);
    assert.equal(environment.numaNodes, 3);
    assert.equal(environment.cpuQuota, 1.5);
    assert.equal(environment.governor, 'powersave');
    assert.equal(environment.turbo, true);
    assert.equal(environment.hugePages, 'madvise');
    assert.equal(environment.virtualised, true);
    assert.equal(environment.finished, null);
  });

  it('says null, not a guess, where it tells nothing', () => {
    const start = beginEnvironment(0, files({}));
    const { environment } = start;
    for (const name of [
      'cores',
      'sockets',
      'numaNodes',
      'cpuQuota',
      'governor',
      'turbo',
      'hugePages',
      'virtualised',
    ] as const) {
      assert.equal(environment[name], null, name);
    }
    assert.equal(finishEnvironment(start, 1000, files({})).stealShare, null);
  });

  it('tells what the machine does not have from what it does not show', () => {
    const { environment: bare } = beginEnvironment(0, files({}));
    // Every Linux has a processor to tell of; a governor it need not have.
    assert.deepEqual([bare.governor, bare.unreadable.includes('governor')], [null, false]);
    const broken = { ...machine, '/sys/fs/cgroup/job.slice/cpu.max': 'what is this\n' };
    const { environment } = beginEnvironment(0, files(broken));
    assert.deepEqual([environment.cpuQuota, environment.unreadable], [null, ['cpuQuota']]);
  });

  it('takes "max" for no quota, and the first version of control groups too', () => {
    const unlimited = { '/sys/fs/cgroup/cpu.max': 'max 100000\n' };
    assert.equal(beginEnvironment(0, files(unlimited)).environment.cpuQuota, null);
    const first = {
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '50000\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    };
    assert.equal(beginEnvironment(0, files(first)).environment.cpuQuota, 0.5);
  });

  it('gives the share of the time in between that was stolen', () => {
    const start = beginEnvironment(1000, files(machine));
    const later = { ...machine, '/proc/stat': 'cpu  150 0 150 850 0 0 0 150 5 5\n' };
    const end = finishEnvironment(start, 3500, files(later));
    assert.equal(end.seconds, 2.5);
    assert.equal(end.finished, '1970-01-01T00:00:03.500Z');
    assert.equal(end.stealShare, 50 / 300);
  });

  it('describes the machine the test runs on', () => {
    const { environment } = beginEnvironment(Date.now());
    assert.ok(environment.cpus >= 1);
    assert.ok(environment.memoryBytes > 0);
    assert.equal(environment.node, process.versions.node);
    assert.equal(environment.load.length, 3);
  });
});
