import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { Engine } from '../engines/engine.js';
import { resultText } from '../results/save.js';
import type { Plan } from '../workload/plan.js';
import type { BenchOptions } from './bench-options.js';
import { prepareWorkloads } from './bench-prepare.js';
import { runSession } from './bench-session.js';
import { captureContext } from './context.test-support.js';
import { temporaryDirectory, tinyWorkload } from './e2e.test-support.js';
import { main } from './main.js';

const tiny = tinyWorkload('[mutex, rwsem-spin]').replace('threads: 2', 'threads: 100%');
const profile = readFileSync(
  new URL('../engines/sim/machines/laptop-8.yaml', import.meta.url),
  'utf8',
);

const options: BenchOptions = { engine: 'sim', host: 'shared', format: 'table', out: '' };

async function dryRun(t: TestContext, ...words: string[]) {
  const directory = temporaryDirectory(t, {
    'w.yaml': tiny,
    'mine.yaml': profile.replace('name: laptop-8', 'name: mine'),
    'wrong.yaml': profile
      .replace('value: 1ns', 'value: 1')
      .replace('placement: fill', 'place: fill'),
  });
  const commandLine = ['bench', 'w.yaml', '--dry-run', '--format', 'json', ...words];
  const { context, stdout, stderr } = captureContext({ commandLine, directory });
  const status = await main(context);
  const plans =
    status === 0
      ? (JSON.parse(stdout()) as { seed: number; workloads: { plan: Plan }[] })
      : undefined;
  return { status, plan: plans?.workloads[0]?.plan, seed: plans?.seed, stderr: stderr() };
}

const asked: readonly (readonly [words: string, machine: string, cpus: number, threads: number])[] =
  [
    ['', 'server-2s-64', 64, 64],
    ['--machine laptop-8', 'laptop-8', 8, 8],
    ['--machine ./mine.yaml', 'mine', 8, 8],
    ['--cpus 6', 'server-2s-64', 6, 6],
    ['--cpus 1', 'server-2s-64', 1, 4],
    ['--cpus 16 --threads 5', 'server-2s-64', 16, 5],
  ];

for (const [words, machine, cpus, threads] of asked) {
  test(`--engine sim ${words}: ${threads} threads on ${cpus} CPUs of ${machine}`, async (t) => {
    const more = words === '' ? [] : words.split(' ');
    const { plan, seed, stderr } = await dryRun(t, '--engine', 'sim', ...more);
    assert.ok(plan !== undefined, stderr);
    assert.equal(plan.machine?.profile.name, machine);
    assert.deepEqual([plan.machine.cpus, plan.threads], [cpus, threads]);
    assert.equal(seed, 1);
  });
}

const wrong: readonly (readonly [words: string, message: RegExp])[] = [
  ['--cpus 4', /^--cpus: error + only --engine sim simulates a machine/m],
  ['--machine laptop-8 --cpus 4', /^--machine, --cpus: error +only --engine sim/m],
  [
    '--engine sim --cpus 65',
    /^--cpus: error +server-2s-64 has 64 CPUs, not 65: name a larger machine/m,
  ],
  ['--engine sim --cpus 0', /--cpus/],
  [
    '--engine sim --machine laptop',
    /^--machine: error .*unknown machine "laptop" — did you mean "laptop-8"\?/m,
  ],
  ['--engine sim --machine ./none.yaml', /^\.\/none\.yaml: error .*no such file/m],
  [
    '--engine sim --machine wrong.yaml',
    /^wrong\.yaml:4:\d+ error .*"place".*did you mean "placement"/m,
  ],
  ['--engine sim --machine wrong.yaml', /^wrong\.yaml:6:\d+ error .*has no unit/m],
  ['--engine sim --machine laptop --strategy mutx', /unknown machine[^]*mutx/],
];

for (const [words, message] of wrong) {
  test(`refused with status 2: ${words}: ${message.source}`, async (t) => {
    const { status, stderr } = await dryRun(t, ...words.split(' '));
    assert.equal(status, 2);
    assert.match(stderr, message);
  });
}

test('a simulated result does not say when, where and into which file it was written', async (t) => {
  const directory = temporaryDirectory(t, { 'w.yaml': tiny });
  /** Finishes each block without a trial: what a trial holds is for the engine to keep the same. */
  const engine: Engine = {
    run(_plan, _strategies, orders, report) {
      let block = 0;
      for (const order of orders) {
        if (order.length > 0) report({ type: 'block-finished', block: ++block });
      }
      return Promise.resolve();
    },
  };
  const textOf = async (startedMs: number, out: string): Promise<string> => {
    const { context } = captureContext({
      directory,
      commandLine: ['bench', 'w.yaml', '--out', out],
    });
    const prepared = await prepareWorkloads(['w.yaml'], options, 1, context);
    assert.ok(prepared.ok, prepared.messages);
    const { workloads } = prepared;
    const plan = { workloads, engine, options, seed: 1, startedMs, savePath: null };
    return resultText((await runSession(plan, context)).finished);
  };
  const first = await textOf(0, 'a.json');
  assert.equal(first, await textOf(1e12, 'b.json'));
  assert.match(first, /"environment":null/);
});

test('a dry run shows the machine, and does not speak of the noise of this one', async (t) => {
  const directory = temporaryDirectory(t, { 'w.yaml': tiny });
  const commandLine = ['bench', 'w.yaml', '--dry-run', '--engine', 'sim', '--machine', 'laptop-8'];
  const { context, stdout } = captureContext({ commandLine, directory });
  assert.equal(await main(context), 0);
  assert.match(stdout(), /machine: laptop-8, 8 CPUs/);
  assert.doesNotMatch(stdout(), /doctor/);
});

test('a workload says what it is simulated on, unless the command line does', async (t) => {
  const wishes = (machine: string, cpus: number): string =>
    tiny.replace(/^run: \{/m, `run: { sim: { machine: ${machine}, cpus: ${cpus} },`);
  const directory = temporaryDirectory(t, {
    'w.yaml': wishes('laptop-8', 6),
    'far.yaml': wishes('laptop-8', 9),
  });
  const planOf = async (...words: string[]) => {
    const commandLine = ['bench', ...words, '--engine', 'sim', '--dry-run', '--format', 'json'];
    const { context, stdout, stderr } = captureContext({ commandLine, directory });
    const status = await main(context);
    const plans = status === 0 ? (JSON.parse(stdout()) as { workloads: { plan: Plan }[] }) : null;
    const machine = plans?.workloads[0]?.plan.machine;
    return {
      status,
      at: machine && `${machine.cpus} of ${machine.profile.name}`,
      stderr: stderr(),
    };
  };
  assert.equal((await planOf('w.yaml')).at, '6 of laptop-8');
  assert.equal((await planOf('w.yaml', '--cpus', '3')).at, '3 of laptop-8');
  assert.equal((await planOf('w.yaml', '--machine', 'server-2s-64')).at, '6 of server-2s-64');
  const far = await planOf('far.yaml');
  assert.equal(far.status, 2);
  assert.match(far.stderr, /^far\.yaml:\d+:\d+ error +laptop-8 has 8 CPUs, not 9/m);
});
