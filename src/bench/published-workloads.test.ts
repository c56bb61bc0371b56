import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { readMachine } from '../engines/sim/read-machine.js';
import { granularities } from '../strategies/strategy.js';
import { printDiagnostics } from '../workload/diagnostic.js';
import { knownNames } from '../workload/known-names.js';
import { parseWorkload } from '../workload/parse.js';

const folder = new URL('../../workloads/published/', import.meta.url);

/** One speaks of address spaces over a radix tree, and can be read only where there are any. */
const hasRadix = (granularities as readonly string[]).includes('radix');
const files = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .filter((file) => hasRadix || file !== 'shared-space.yaml');

test('there are published measurements', () => {
  assert.ok(files.length >= 15);
});

for (const file of files) {
  test(`${file} says where it is from, on what machine, and what was published`, async () => {
    const url = new URL(file, folder);
    const text = readFileSync(url, 'utf8');
    const { workload, diagnostics } = parseWorkload(text, file, knownNames);
    assert.ok(workload, printDiagnostics(diagnostics));
    assert.match(text, /^# Source: /m);
    assert.match(text, /Placement: /);
    const { sim } = workload.run ?? {};
    assert.ok(sim?.machine, 'a machine');
    const machine = await readMachine(sim.machine, dirname(fileURLToPath(url)));
    assert.deepEqual(machine.diagnostics, []);
    assert.ok((sim.blocks ?? 0) >= 8, 'seeds for an interval');
    assert.ok(workload.expect.length > 0);
    for (const { claim } of workload.expect) assert.match(claim, /\(published:? [^)]+\)$/);
  });
}
