import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeMachines } from './describe-machines.js';

test('machines are listed by size, each figure in its unit with its source', () => {
  const machines = describeMachines();
  const sizes = machines.map(({ cpus }) => Number(cpus));
  assert.deepEqual(
    sizes,
    [...sizes].sort((a, b) => a - b),
  );
  const guest = machines.find(({ name }) => name === 'guest-2x');
  assert.ok(guest !== undefined);
  assert.equal(guest.physical_cpus, 32);
  assert.equal(guest['hypervisor.kick'], '20us (assumption: 5 to 50 us)');
  assert.match(String(guest['line.read_factor']), /^1\.35 \(/);
  assert.match(String(guest['line.coalesces_reads']), /^yes \(/);
  const laptop = machines.find(({ name }) => name === 'laptop-8');
  assert.ok(laptop !== undefined && !('physical_cpus' in laptop));
});
