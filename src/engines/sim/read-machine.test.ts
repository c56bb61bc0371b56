import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { costs } from '../../machine/cpu.js';
import { cpusOf } from '../../machine/machine-profile.js';
import { builtInMachine, machineNames, parseMachine, readMachine } from './read-machine.js';

const folder = fileURLToPath(new URL('./machines/', import.meta.url));
const guest = readFileSync(`${folder}guest-2x.yaml`, 'utf8');

/** The guest's file with one text in it replaced. */
function changed(from: string | RegExp, to: string): string {
  const text = guest.replace(from, to);
  assert.notEqual(text, guest, `nothing to replace: ${String(from)}`);
  return text;
}

/** `line: message` of each diagnostic. */
const faultsOf = (text: string): string[] =>
  parseMachine(text, 'm.yaml').diagnostics.map(({ line, message }) => `${line}: ${message}`);

/** The line, from 1, on which a text begins. */
const lineOf = (text: string): number => guest.slice(0, guest.indexOf(text)).split('\n').length;

const cpuCounts = {
  'epyc-2s-256': 256,
  'guest-2x': 64,
  'laptop-8': 8,
  'server-2s-64': 64,
  'server-4s-144': 144,
  'server-8s-80': 80,
};

test('the machines that come with mmlock are right, and have the CPUs of their names', () => {
  assert.deepEqual(machineNames(), Object.keys(cpuCounts));
  for (const [name, cpus] of Object.entries(cpuCounts)) {
    const { profile } = builtInMachine(name);
    assert.equal(profile.name, name);
    assert.equal(cpusOf(profile), cpus, name);
  }
});

test('a file becomes a profile: names as in code, durations in ns, everything with its source', () => {
  const { profile, figures, diagnostics } = parseMachine(guest, 'm.yaml');
  assert.deepEqual(diagnostics, []);
  assert.ok(profile !== undefined);
  assert.deepEqual(profile.shape, {
    sockets: 2,
    clustersPerSocket: 1,
    coresPerCluster: 32,
    placement: 'spread',
  });
  assert.equal(profile.line.readFactor, 1.35);
  assert.equal(profile.line.coalescesReads, true);
  assert.equal(profile.scheduler.slice, 3e6);
  assert.equal(profile.shootdown.perCpu, 100);
  assert.deepEqual(Object.keys(profile.costs), [...costs]);
  assert.deepEqual(profile.hypervisor, {
    physicalCpus: 32,
    slice: 10e6,
    worldSwitch: 3e3,
    kick: 20e3,
  });
  assert.deepEqual(figures['hypervisor.kick'], { value: 20e3, source: 'assumption: 5 to 50 us' });
  for (const [place, { source }] of Object.entries(figures)) assert.notEqual(source, '', place);
});

test('without a hypervisor the machine is bare metal', () => {
  const bare = guest.slice(0, guest.indexOf('hypervisor:'));
  assert.equal(parseMachine(bare, 'm.yaml').profile?.hypervisor, null);
});

const faults: readonly (readonly [
  what: string,
  from: string | RegExp,
  to: string,
  at: string,
  message: RegExp,
])[] = [
  [
    'an unknown key',
    '  atomic:',
    '  atomics: 6ns\n  atomic:',
    '  atomic:',
    /unknown key "atomics" in line — did you mean "atomic"\?/,
  ],
  [
    'a missing key',
    /^ {2}pause:.*\n/m,
    '',
    '  slice: { value: 3ms',
    /missing key "pause" in scheduler/,
  ],
  ['a missing section', /^shootdown:\n( .*\n)+/m, '', 'name:', /missing key "shootdown"/],
  [
    'a figure without a source',
    "1ns, source: '1 to 2 ns: general knowledge'",
    '1ns',
    '  hit:',
    /missing key "source" in line\.hit/,
  ],
  [
    'a source without words',
    "source: 'as server-8s-80: no later figure is known'",
    "source: ''",
    '  read_factor:',
    /source must not be empty/,
  ],
  ['a figure by itself', /hit: \{.*\}/, 'hit: 1ns', '  hit:', /hit must be a mapping, not "1ns"/],
  [
    'a duration without its unit',
    'value: 1ns',
    'value: 1',
    '  hit:',
    /1 has no unit: write the duration as 50ns/,
  ],
  [
    'a unit that is none',
    'value: 1ns',
    'value: 1nss',
    '  hit:',
    /unknown unit "nss".*did you mean "1ns"\?/,
  ],
  [
    'a fraction of a ns',
    'value: 1ns',
    'value: 1.5ns',
    '  hit:',
    /"1\.5ns" is no whole number of ns/,
  ],
  ['time that stands still', 'value: 1ns', 'value: 0ns', '  hit:', /must be 1ns or more/],
  [
    'a cost beyond all reason',
    'kick: { value: 20us',
    'kick: { value: 2s',
    '  kick:',
    /must be 1s or less/,
  ],
  ['a jitter of all', 'value: 0.25', 'value: 1', '  jitter:', /value must be at most 0\.9, not 1/],
  [
    'a placement that is none',
    'placement: spread',
    'placement: spred',
    'shape:',
    /unknown placement "spred" — did you mean "spread"\?/,
  ],
  ['no socket', 'sockets: 2', 'sockets: 0', 'shape:', /sockets must be at least 1, not 0/],
  [
    'too many CPUs',
    'sockets: 2',
    'sockets: 64',
    'shape:',
    /2048 CPUs, and a machine has at most 1024/,
  ],
  [
    'too many clusters',
    'clusters_per_socket: 1, cores_per_cluster: 32',
    'clusters_per_socket: 17, cores_per_cluster: 2',
    'shape:',
    /34 clusters in all, and a machine has at most 32/,
  ],
  [
    'costs that fall with distance',
    'cluster: { value: 50ns',
    'cluster: { value: 60ns',
    '  cluster:',
    /line\.cluster is 60ns and line\.socket 50ns/,
  ],
  [
    'a residency beyond the transfer',
    'residency: { value: 8ns',
    'residency: { value: 51ns',
    '  residency:',
    /line\.residency is 51ns and line\.cluster 50ns/,
  ],
  [
    'a guest smaller than its host',
    'physical_cpus: 32',
    'physical_cpus: 65',
    '  physical_cpus:',
    /65 physical CPUs, and the shape has 64/,
  ],
];

for (const [what, from, to, at, message] of faults) {
  test(`refused, with its place: ${what}`, () => {
    const found = faultsOf(changed(from, to));
    assert.equal(found.length, 1, found.join('\n'));
    assert.match(found[0] ?? '', message);
    assert.match(found[0] ?? '', new RegExp(`^${lineOf(at)}: `));
  });
}

test('all faults at once, by line', () => {
  const text = changed('value: 1ns', 'value: 1')
    .replace('value: 0.25', 'value: 7')
    .replace('placement: spread', 'placement: x');
  assert.equal(faultsOf(text).length, 3);
  const lines = parseMachine(text, 'm.yaml').diagnostics.map(({ line }) => line);
  assert.deepEqual(
    lines,
    [...lines].sort((a, b) => a - b),
  );
});

test('what is no YAML, or nothing, is told', () => {
  assert.match(faultsOf('name: [')[0] ?? '', /^1: /);
  assert.match(faultsOf('')[0] ?? '', /the file is empty/);
});

test('a machine is found by its name, or by a path', async () => {
  assert.equal((await readMachine('laptop-8', '/')).profile?.name, 'laptop-8');
  assert.equal((await readMachine('./laptop-8.yaml', folder)).profile?.name, 'laptop-8');
  assert.equal((await readMachine('laptop-8.yaml', folder)).profile?.name, 'laptop-8');
});

test('a name that is none gets the nearest, a path that is none is told', async () => {
  const messageOf = async (machine: string): Promise<string> => {
    const [first] = (await readMachine(machine, folder)).diagnostics;
    return `${first?.file ?? ''}: ${first?.message ?? ''}`;
  };
  assert.equal(
    await messageOf('server-2s'),
    '--machine: unknown machine "server-2s" — did you mean "server-2s-64"?',
  );
  assert.match(
    await messageOf('./none.yaml'),
    /^\.\/none\.yaml: no such file: mmlock list machines/,
  );
  assert.match(await messageOf('./'), /is a directory/);
});
