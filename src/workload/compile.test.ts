import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtInMachine } from '../engines/sim/read-machine.js';
import { compileClaims } from './compile-claims.js';
import { compile, type CompileOptions } from './compile.js';
import { parseText } from './parse.test-support.js';
import type { Plan } from './plan.js';
import { estimateSeconds, resolvePlanText } from './plan-text.js';

const storm = `name: storm
space:
  regions:
    - { name: heap, kind: anon, vmas: 4, pages: 512 }
    - { name: lib, kind: file, pages: 64, executable: true, probes: 2, resident: 50% }
roles:
  - { name: faulter, threads: 75%, ops: [{ op: fault, region: heap }] }
  - name: mapper
    main: true
    threads: 1
    think: 20us
    ops:
      - { op: mmap, pages: 64 }
      - { op: fault, region: mapped, pages: 128 }
      - { op: mprotect, region: mapped, access: read, label: protect }
      - { op: munmap }
run: { duration: 300ms, warmup: 200ms, blocks: 6 }
strategies: [mutex]
expect:
  - { claim: it holds, metric: p99, role: faulter, of: mutex, value: { max: 50us } }
  - { claim: and this, of: { strategy: mutex }, unsupported: true }
`;

const usual: CompileOptions = { seed: 7, cores: 2, usualMemory: 2 ** 30 };

const compileText = (text: string, options: Partial<CompileOptions> = {}) => {
  const { workload, source, diagnostics } = parseText(text);
  assert.deepEqual(diagnostics, []);
  assert.ok(workload && source);
  return compile(workload, source, { ...usual, ...options });
};

function planOf(text: string, options: Partial<CompileOptions> = {}): Plan {
  const compiled = compileText(text, options);
  assert.ok(compiled.ok);
  return compiled.plan;
}

function faultsOf(text: string, options: Partial<CompileOptions>): string[] {
  const compiled = compileText(text, options);
  assert.ok(!compiled.ok);
  return compiled.diagnostics.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

test('roles, rows and actors are laid out in the order of the file', () => {
  const plan = planOf(storm, { threads: 4 });
  assert.equal(plan.threads, 4);
  assert.deepEqual(
    plan.roles.map(({ name, main, threads, rows }) => ({ name, main, threads, rows })),
    [
      { name: 'faulter', main: false, threads: 3, rows: ['fault', 'refill'] },
      { name: 'mapper', main: true, threads: 1, rows: ['mmap', 'fault', 'protect', 'munmap'] },
    ],
  );
  assert.deepEqual(
    plan.actors.map(({ role, index }) => [role, index]),
    [
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 0],
    ],
  );
  assert.equal(plan.roles[1]?.thinkNs, 20_000);
});

test('what an entry leaves out is filled in: spans, and pages of what is mapped', () => {
  const plan = planOf(storm);
  const entry = plan.roles[0]?.ops[0];
  assert.deepEqual([entry?.region, entry?.span, entry?.pages, entry?.write], [0, 512, 1, true]);
  const mapper = plan.roles[1]?.ops.map(({ op, region, pages, span, row }) => [
    op,
    region,
    pages,
    span,
    row,
  ]);
  assert.deepEqual(mapper, [
    ['mmap', -2, 64, 0, 0],
    ['fault', -1, 128, 0, 1],
    ['mprotect', -1, 64, 0, 2],
    ['munmap', -1, 64, 0, 3],
  ]);
});

test('regions have the defaults of their kind', () => {
  const [heap, lib] = planOf(storm).space.regions;
  assert.deepEqual([heap?.resident, heap?.writable, heap?.vmas], [0, true, 4]);
  assert.deepEqual([lib?.resident, lib?.writable, lib?.ioNs, lib?.vmas], [0.5, false, 80_000, 1]);
  assert.equal(planOf(storm.replace(', resident: 50%', '')).space.regions[1]?.resident, 1);
});

test('threads of a role go round the processes, or all into one', () => {
  const two = storm.replace('space:\n', 'space:\n  processes: 2\n');
  const processes = (text: string) =>
    planOf(text, { threads: 4 }).actors.map((actor) => actor.process);
  assert.deepEqual(processes(two), [0, 1, 0, 0]);
  assert.deepEqual(
    processes(two.replace('main: true', 'main: true\n    process: 1')),
    [0, 1, 0, 1],
  );
});

test('the command line wins over the file, and quick over neither’s shorter times', () => {
  const run = (options: Partial<CompileOptions>, text = storm) => {
    const { durationNs, warmupNs, blocks } = planOf(text, options).run;
    return [durationNs / 1e6, warmupNs / 1e6, blocks];
  };
  assert.deepEqual(run({}), [300, 200, 6]);
  assert.deepEqual(run({ duration: 50e6, blocks: 3 }), [50, 200, 3]);
  assert.deepEqual(run({ quick: true }), [250, 200, 6]);
  assert.deepEqual(run({ quick: true, blocks: 30 }), [250, 200, 30]);
  const bare = storm.replace(/^run:.*\n/m, '');
  assert.deepEqual(run({}, bare), [1000, 1000, 20]);
  assert.deepEqual(run({ quick: true }, bare), [250, 300, 9]);
});

test('the frames of a plan hold what its threads touch, however many there are', () => {
  const frames = (options: Partial<CompileOptions>) => planOf(storm, options).space.frames;
  // Each faulter's span, the mapper's mapping, the file's cache and its breakpoints.
  assert.ok(frames({}) >= 512 + 64 + 32 + 2);
  assert.ok(frames({ threads: 5 }) >= 4 * 512 + 64 + 32 + 2);
  assert.ok(frames({ threads: 5 }) < 2 * (4 * 512 + 64 + 64));
  const resident = storm.replace('vmas: 4, pages: 512 }', 'vmas: 4, pages: 512, resident: 100% }');
  assert.ok(planOf(resident).space.frames >= 4 * 512 + 64);
  const forking = storm.replace(
    '[{ op: fault, region: heap }]',
    '[{ op: fault, region: heap }, { op: fork }]',
  );
  assert.ok(planOf(forking).space.frames >= 2 * 512 + 64);
});

test('threads that would share a span are refused at the entry', () => {
  assert.deepEqual(faultsOf(storm, { threads: 6 }), [
    '7:42 region "heap" has 2048 pages, too few for spans of 512 for each of the 5 threads of "faulter": make it larger, or say span: 409, or span: shared',
  ]);
  assert.ok(
    planOf(storm.replace('region: heap }', 'region: heap, span: shared }'), { threads: 6 }),
  );
  assert.ok(planOf(storm.replace('region: heap }', 'region: heap, span: 409 }'), { threads: 6 }));
  // In processes of their own, threads do not share what they touch.
  const three = storm.replace('space:\n', 'space:\n  processes: 3\n');
  assert.ok(planOf(three, { threads: 9 }));
});

test('a region too large for the memory given is refused at its line', () => {
  const [fault] = faultsOf(
    storm.replace('vmas: 4, pages: 512 }', 'vmas: 64, pages: 4194304 }'),
    {},
  );
  assert.match(
    fault ?? '',
    /^4:7 region "heap" is too large: the workload needs 1\.1GiB of 1GiB given: make it smaller, or give more with space\.memory or --memory$/,
  );
  const small = faultsOf(storm.replace('space:\n', 'space:\n  memory: 1MiB\n'), {});
  assert.match(small[0] ?? '', /^5:7 region "heap" is too large: .* of 1MiB given/);
  assert.ok(planOf(storm.replace('space:\n', 'space:\n  memory: 1MiB\n'), { memory: 2 ** 28 }));
  const [each] = faultsOf(storm, { threads: 4, memory: 20 * 2 ** 20, privateWorlds: true });
  assert.match(each ?? '', /\(strategy private: once for each of the 4 threads\)/);
});

test('a role that is meant to contend and has one thread, and short windows, are noted', () => {
  const compiled = compileText(storm, { duration: 50e6 });
  assert.ok(compiled.ok);
  assert.deepEqual(compiled.notes, [
    'role faulter has one thread, so nothing contends within it: more --threads show that',
    'windows of 50ms are short: tails need 250ms or more',
  ]);
  const fine = compileText(storm, { threads: 4 });
  assert.ok(fine.ok);
  assert.deepEqual(fine.notes, []);
});

test('--threads below the number of roles is refused', () => {
  assert.deepEqual(faultsOf(storm, { threads: 1 }), [
    '0:0 --threads 1 is too few: faulter (at least 1), mapper (1) need at least 2',
  ]);
});

test('claims are compiled with every field and their lines', () => {
  const { workload, source } = parseText(storm);
  assert.ok(workload && source);
  const mutex = { strategy: 'mutex', threads: null };
  assert.deepEqual(compileClaims(workload, source), [
    {
      text: 'it holds',
      line: 20,
      metric: 'p99',
      role: 'faulter',
      op: null,
      kind: 'value',
      of: mutex,
      range: { min: null, max: 50_000 },
    },
    { text: 'and this', line: 21, kind: 'unsupported', of: mutex },
  ]);
});

test('a plan can be read before it is run', () => {
  const plan = planOf(storm, { threads: 4 });
  assert.equal(
    resolvePlanText(plan, { strategies: 2, needBytes: 3 * 2 ** 20 }),
    `storm: 4 threads in 1 process
  role faulter: 3 threads, closed loop, think 0ns: fault
  role mapper (headline): 1 thread, closed loop, think 20us: mmap, fault, mprotect, munmap
  region heap: anon, 4 VMAs of 512 pages (8MiB)
  region lib: file, 1 VMA of 64 pages (256KiB), 50% resident, 80us to read a page, executable, 2 probes a VMA
  memory: 3MiB needed, 1GiB given, ${plan.space.frames} frames of 4 KiB
  run: 6 blocks of 2 strategies, windows of 300ms after a warm-up of at most 200ms: at most 8s
  seed: 0x7
`,
  );
  assert.ok(Math.abs(estimateSeconds(plan, { strategies: 2 }) - 6 * 2 * 0.65) < 1e-9);
});

const machine = { profile: builtInMachine('laptop-8').profile, cpus: 8 };
const runOf = (run: string, options: Partial<CompileOptions> = {}): Plan['run'] =>
  planOf(storm.replace(/^run: .*$/m, run), { machine, threads: 4, ...options }).run;

test('on a simulated machine the run has times of its own, and the blocks of the others', () => {
  const usualTimes = { durationNs: 10e6, warmupNs: 2e6 };
  assert.deepEqual(runOf('run: { duration: 300ms, warmup: 200ms, blocks: 6 }'), {
    ...usualTimes,
    blocks: 6,
  });
  assert.deepEqual(
    runOf('run: { duration: 300ms, sim: { duration: 5ms, blocks: 12 }, blocks: 6 }'),
    {
      ...{ durationNs: 5e6, warmupNs: 2e6, blocks: 12 },
    },
  );
  assert.deepEqual(runOf('', { duration: 1e6, quick: true }), {
    ...{ durationNs: 1e6, warmupNs: 2e6, blocks: 9 },
  });
  assert.equal(
    planOf(storm.replace('blocks: 6', 'blocks: 6, sim: { duration: 5ms }')).run.durationNs,
    300e6,
  );
});

test('the plan carries the machine, and takes its short windows for no fault', () => {
  const compiled = compileText(storm, { machine, cores: 4 });
  assert.ok(compiled.ok);
  assert.deepEqual(compiled.plan.machine, machine);
  assert.equal(compiled.plan.threads, 4);
  assert.deepEqual(
    compiled.notes.filter((note) => note.includes('short')),
    [],
  );
  assert.ok(!('machine' in planOf(storm)));
  assert.match(
    resolvePlanText(compiled.plan, { strategies: 1 }),
    /machine: laptop-8, 8 CPUs\n.*\n.*virtual time/,
  );
});

test('a simulated machine needs no memory for what is in its frames', () => {
  const memory = 4 * 2 ** 20;
  assert.match(faultsOf(storm, { memory, threads: 4 })[0] ?? '', /too large/);
  assert.ok(compileText(storm, { memory, machine, threads: 4 }).ok);
});
