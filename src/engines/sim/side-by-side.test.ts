import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordedMachine } from '../../system/recorded-machine.test-support.js';
import { sideBySide } from './side-by-side.js';

const quota = (limit: string, cpus = 128) =>
  recordedMachine({
    cpus,
    files: {
      '/proc/self/cgroup': '0::/pod\n',
      '/sys/fs/cgroup/cgroup.controllers': 'cpu\n',
      '/sys/fs/cgroup/pod/cpu.max': `${limit} 100000\n`,
    },
  });

test('as many trials run at once as there are CPUs, within the quota of the control group', () => {
  assert.equal(sideBySide(recordedMachine({ cpus: 128, files: {} })), 128);
  assert.equal(sideBySide(quota('max')), 128);
  assert.equal(sideBySide(quota('1600000')), 16);
  assert.equal(sideBySide(quota('250000')), 3);
  assert.equal(sideBySide(quota('5000')), 1);
  assert.equal(sideBySide(quota('1600000', 4)), 4);
});
