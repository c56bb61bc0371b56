import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, test } from 'node:test';
import type { TestContext } from 'node:test';
import { madeUpResult, madeUpWorkload, type MadeUp } from '../compare/sides.test-support.js';
import { schemaVersion } from '../results/result.js';
import type { HostResult } from '../results/result.test-support.js';
import { resultText } from '../results/save.js';
import type { Gate, GateMargin } from '../workload/gate.js';
import { runMmlock, temporaryDirectory, tinyWorkload } from './e2e.test-support.js';

const margin = (changes: Partial<GateMargin> = {}): GateMargin => ({
  ...{ strategy: null, role: 'faulter', op: null, metric: 'throughput', margin: 0.1 },
  place: { line: 7, column: 3 },
  ...changes,
});

const gate = (changes: Partial<Gate> = {}): Gate => ({
  ...{ margins: [margin()], ignore: [], inconclusive: 'fail' },
  ...changes,
});

const textOf = (made: MadeUp, changes: Partial<HostResult> = {}): string =>
  resultText(madeUpResult([made], changes));

const base = textOf({ paces: { s: 1, t: 1 }, blocks: 12 });
const head = (pace: number, changes: Partial<Gate> = {}): string =>
  textOf({ paces: { s: pace, t: 1 }, blocks: 12, workload: { gate: gate(changes) } });

const ignoring = (strategy: string): Partial<Gate> => ({
  ignore: [{ strategy, metric: null, role: null, op: null, place: { line: 9, column: 3 } }],
});

const broken = (): string => {
  const made = madeUpWorkload({ paces: { s: 1, t: 1 }, blocks: 12 });
  const trials = made.trials.map((trial) =>
    trial.strategy === 's' ? { ...trial, faults: ['lost a frame'] } : trial,
  );
  return resultText(madeUpResult([{ ...made, trials }]));
};

interface Verdicts {
  readonly exit: number | null;
  readonly outcome: string;
  readonly comparisons: readonly {
    readonly trust: string;
    readonly refusals: readonly string[];
    readonly cells: readonly { readonly strategy: string; readonly verdict: string }[];
  }[];
}

const compare = async (t: TestContext, files: Readonly<Record<string, string>>, words: string) => {
  const directory = temporaryDirectory(t, files);
  const run = await runMmlock(['compare', ...words.split(' ')], directory);
  return { ...run, directory };
};

describe('exit status of compare, without and with --gate', () => {
  const otherKernel = { ...madeUpResult([]).environment, kernel: '99.1.0' };
  const rows: readonly [string, string, string, number, number][] = [
    ['nothing changed', head(1), '', 0, 0],
    ['a regression', head(0.7), '', 0, 1],
    ['an improvement', head(1.4), '', 0, 0],
    ['open', head(0.9), '', 0, 3],
    ['open, warned of by the workload', head(0.9, { inconclusive: 'warn' }), '', 0, 0],
    ['open, let pass by the flag', head(0.9), '--on-inconclusive pass', 0, 0],
    ['a regression, let pass by the margin', head(0.7), '--margin throughput=50%', 0, 0],
    ['a regression that is ignored', head(0.7, ignoring('s')), '', 0, 0],
    ['a regression, of which another metric is asked', head(0.7), '--metric p50', 0, 5],
    ['a regression, of which another strategy is asked', head(0.7), '--strategy t', 0, 0],
    ['everything ignored', head(1, ignoring('s')), '--strategy s', 0, 5],
    [
      'fingerprints differ',
      textOf({ paces: { s: 1 }, blocks: 12 }, { environment: otherKernel }),
      ...(['', 5, 5] as const),
    ],
    [
      'fingerprints differ, and may',
      textOf({ paces: { s: 1 }, blocks: 12 }, { environment: otherKernel }),
      ...(['--allow-mismatch', 0, 5] as const),
    ],
    ['no block', textOf({ paces: { s: 1 }, workload: { trials: [] } }), '', 5, 5],
    ['no strategy in common', textOf({ paces: { u: 1 }, blocks: 12 }), '', 5, 5],
    ['no workload', resultText(madeUpResult([])), '', 5, 5],
    ['an invariant broke', broken(), '', 4, 4],
    ['an ignore that ignores nothing', head(1, ignoring('nobody')), '', 2, 2],
    ['an unknown strategy', head(1), '--strategy nobody', 2, 2],
    ['the A/A arm or nothing', head(1), '--strategy S', 2, 2],
    ['an unknown metric', head(1), '--metric troughput', 2, 2],
    ['a margin of a metric that is left out', head(1), '--metric p99 --margin p50=5%', 2, 2],
    ['an unwritable output', head(1), '--output base.json/x', 2, 2],
    ['truncated', head(1).slice(0, 900), '', 2, 2],
    [
      'from a newer schema',
      head(1).replace(`"schemaVersion":${schemaVersion}`, `"schemaVersion":${schemaVersion + 1}`),
      ...(['', 2, 2] as const),
    ],
  ];
  for (const [name, text, flags, plain, gated] of rows) {
    it(`${name}: ${plain}, ${gated}`, async (t) => {
      const files = { 'base.json': base, 'head.json': text };
      const words = `base.json head.json ${flags}`.trim();
      const one = await compare(t, files, words);
      assert.equal(one.status, plain, one.stderr + one.stdout);
      const other = await compare(t, files, `${words} --gate`);
      assert.equal(other.status, gated, other.stderr + other.stdout);
      // Either the result says it, or, where there is none, a message.
      assert.equal(other.stdout === '', gated === 2);
      assert.equal(other.stderr === '', gated !== 2);
    });
  }
});

test('compare says what it found in every form, and nothing else on standard output', async (t) => {
  const files = { 'base.json': base, 'head.json': head(0.7) };
  const forms: readonly [string, RegExp][] = [
    ['table', /^ s +throughput .* 10% {2}▼ REGRESSED$/m],
    ['table', /^exit 1: 1 regression, 1 ok \(trust B: same fingerprint, .*, 12 blocks\)$/m],
    ['markdown', /^## exit 1: 1 regression, 1 ok/],
    ['csv', /^workload,engine,strategy,threads,/],
    ['junit', /<failure type="regressed"/],
    [
      'github',
      /^::error file=workloads\/fault-storm\.yaml,line=7,col=3,title=fault-storm\/threads=4\/s/m,
    ],
  ];
  for (const [form, expected] of forms) {
    const run = await compare(t, files, `base.json head.json --gate --format ${form}`);
    assert.equal(run.status, 1, run.stderr);
    assert.match(run.stdout, expected);
    assert.equal(run.stderr, '');
  }
});

test('compare writes to a file what it would print', async (t) => {
  const files = { 'base.json': base, 'head.json': head(0.7) };
  const printed = await compare(t, files, 'base.json head.json --format json');
  const written = await compare(t, files, 'base.json head.json --format json --output v/out.json');
  assert.deepEqual([written.status, written.stdout, written.stderr], [0, '', '']);
  const text = readFileSync(join(written.directory, 'v', 'out.json'), 'utf8');
  assert.equal(text, printed.stdout);
  const verdicts = JSON.parse(text) as Verdicts;
  assert.deepEqual([verdicts.exit, verdicts.outcome], [null, 'ok']);
  assert.equal(verdicts.comparisons[0]?.trust, 'B');
});

test('compare never replaces a result that it reads', async (t) => {
  const directory = temporaryDirectory(t, { 'base.json': base, 'head.json': head(0.7) });
  const run = (...words: string[]) => runMmlock(words, directory);
  assert.equal((await run('baseline', 'save', 'main', 'base.json')).status, 0);
  const saved = 'results/baselines/main.json';
  for (const file of ['base.json', './head.json', saved]) {
    const before = readFileSync(join(directory, file), 'utf8');
    const baseline = file === saved ? 'main' : 'base.json';
    const { status, stdout, stderr } = await run(
      'compare',
      baseline,
      'head.json',
      '--output',
      file,
    );
    assert.deepEqual([status, stdout], [2, ''], stderr);
    assert.match(stderr, /--output: cannot write to .*already; name another file/);
    assert.equal(readFileSync(join(directory, file), 'utf8'), before);
  }
});

test('one comparison gives annotations, and JUnit and markdown in files', async (t) => {
  const files = { 'base.json': base, 'head.json': head(0.7) };
  const reports = '--report junit=out/mmlock.xml --report markdown=summary.md';
  const words = 'base.json head.json --gate';
  const run = await compare(t, files, `${words} --format github ${reports}`);
  assert.deepEqual([run.status, run.stderr], [1, '']);
  assert.match(run.stdout, /^::error file=workloads\/fault-storm\.yaml,line=7,/m);
  const inFile = (name: string): string => readFileSync(join(run.directory, name), 'utf8');
  for (const [format, name] of [
    ['junit', 'out/mmlock.xml'],
    ['markdown', 'summary.md'],
  ] as const) {
    const printed = await compare(t, files, `${words} --format ${format}`);
    assert.equal(inFile(name), printed.stdout);
  }
});

test('compare finds a report that it cannot write before it prints anything', async (t) => {
  const files = { 'base.json': base, 'head.json': head(0.7) };
  const rows: readonly [string, RegExp][] = [
    [
      '--report csv=base.json',
      /^--report: cannot write to base\.json: this run reads or writes it/,
    ],
    ['--output o.csv --report csv=o.csv', /^--report: cannot write to o\.csv: this run reads or w/],
    [
      '--report junit=base.json/x',
      /^--report: cannot write to base\.json\/x: .*; name another file/,
    ],
    ['--report hdr=x', /--report .*It must be table, markdown, json, csv, junit or github/],
  ];
  for (const [flags, message] of rows) {
    const run = await compare(t, files, `base.json head.json --gate ${flags}`);
    assert.deepEqual([run.status, run.stdout], [2, ''], flags);
    assert.match(run.stderr, message);
    assert.equal(readFileSync(join(run.directory, 'base.json'), 'utf8'), base);
  }
});

test('compare takes several heads, folders and saved baselines', async (t) => {
  const directory = temporaryDirectory(t, { 'base.json': base, 'head.json': head(0.7) });
  mkdirSync(join(directory, 'nightly'));
  mkdirSync(join(directory, 'nothing'));
  for (const night of [1, 2]) {
    const text = textOf({ paces: { s: 1 }, blocks: 6 });
    writeFileSync(join(directory, 'nightly', `${night}.json`), text);
  }
  const run = (...words: string[]) => runMmlock(words, directory);
  assert.equal((await run('compare', 'main', 'head.json')).status, 5);
  assert.equal((await run('baseline', 'save', 'main', 'base.json')).status, 0);
  const both = await run('compare', 'main', 'head.json', 'nightly/', '--gate', '--format', 'json');
  assert.equal(both.status, 1, both.stderr);
  const { comparisons } = JSON.parse(both.stdout) as Verdicts;
  assert.deepEqual(
    comparisons.map(({ cells }) => cells.map(({ strategy, verdict }) => `${strategy} ${verdict}`)),
    [
      ['s regressed', 't ok'],
      ['s ok', 's ok'],
    ],
  );
  const empty = await run('compare', 'main', 'nothing/');
  assert.equal(empty.status, 5);
  assert.match(empty.stderr, /^nothing\/: there is no result in this folder/);
});

test('two real runs on this machine can be compared, whatever comes of it', async (t) => {
  const directory = temporaryDirectory(t, { 'w.yaml': tinyWorkload('[mutex, qrwlock]') });
  for (const name of ['a.json', 'b.json']) {
    // Long enough for something to be finished in each window of a busy machine.
    const words = ['bench', 'w.yaml', '--quiet', '--duration', '200ms', '--out', name];
    const run = await runMmlock(words, directory);
    assert.equal(run.status, 0, run.stderr);
  }
  const run = await runMmlock(['compare', 'a.json', 'b.json', '--format', 'json'], directory);
  const { comparisons } = JSON.parse(run.stdout) as Verdicts;
  const unread = comparisons[0]?.refusals.join() ?? '';
  // A machine that hides what it is made of compares with nothing, itself included.
  if (!unread.includes('could not be read in either')) {
    assert.equal(run.status, 0, run.stderr + run.stdout);
    assert.deepEqual(
      comparisons[0]?.cells.map(({ strategy }) => strategy),
      ['qrwlock', 'qrwlock'],
    );
  }
});
