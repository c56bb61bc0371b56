import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { captureContext } from './context.test-support.js';
import { temporaryDirectory, tinyWorkload } from './e2e.test-support.js';
import { main } from './main.js';

/** Runs a command that must end before anything is measured: status 2, nothing on standard output. */
async function refused(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  ...commandLine: string[]
): Promise<{ message: string; directory: string }> {
  const directory = temporaryDirectory(t, files);
  const { context, stdout, stderr } = captureContext({ commandLine, directory });
  assert.equal(await main(context), 2, stderr());
  assert.equal(stdout(), '');
  return { message: stderr(), directory };
}

const good = tinyWorkload('[mutex, rwsem-spin]');

const wrongFiles: readonly [name: string, text: string, message: RegExp][] = [
  ['YAML syntax', 'name: [x\nroles: 1\n', /^w\.yaml:\d+:\d+ error/m],
  [
    'an unknown key',
    good.replace('threads: 2', 'treads: 2'),
    /w\.yaml:4:5 error .*"treads".*"threads"/,
  ],
  [
    'an unknown strategy',
    good.replace('mutex', 'mutx'),
    /w\.yaml:8:14 error .*"mutx".*did you mean "mutex"\?/,
  ],
  [
    'an unknown operation',
    good.replace('op: section', 'op: secton'),
    /w\.yaml:6:\d+ error .*"secton".*"section"/,
  ],
  [
    'an unknown unit',
    good.replace('1us', '1uss'),
    /w\.yaml:6:\d+ error .*unknown unit "uss".*did you mean "1us"\?/,
  ],
  ['zero threads', good.replace('threads: 2', 'threads: 0'), /w\.yaml:4:\d+ error/],
  [
    'an unknown region',
    good
      .replace('roles:', 'space: { regions: [{ name: heap, kind: anon, pages: 8 }] }\nroles:')
      .replace(/\{ op: section.*\}/, '{ op: fault, region: haep }'),
    /w\.yaml:7:\d+ error .*"haep".*did you mean "heap"\?/,
  ],
];

for (const [name, text, message] of wrongFiles) {
  test(`${name} is refused with its place`, async (t) => {
    const { message: said, directory } = await refused(t, { 'w.yaml': text }, 'bench', 'w.yaml');
    assert.match(said, message);
    assert.deepEqual(readdirSync(directory), ['w.yaml']);
  });
}

test('all that is wrong in all files is said at once', async (t) => {
  const files = {
    'a.yaml': good.replace('mutex', 'mutx').replace('1us', '1uss'),
    'b.yaml': good.replace('threads: 2', 'treads: 2'),
  };
  const { message } = await refused(t, files, 'bench', 'a.yaml', 'b.yaml', 'c.yaml');
  for (const part of [/"mutx"/, /"uss"/, /"treads"/, /c\.yaml: error +no such file/]) {
    assert.match(message, part);
  }
});

test('a directory for a workload', async (t) => {
  const { message } = await refused(t, {}, 'bench', '.');
  assert.match(message, /is a directory: name the workload files in it/);
});

test('two workloads of one name', async (t) => {
  const { message } = await refused(
    t,
    { 'a.yaml': good, 'b.yaml': good },
    'bench',
    'a.yaml',
    'b.yaml',
  );
  assert.match(message, /the name "tiny" is that of a\.yaml too/);
});

test('a region too large for the memory given', async (t) => {
  const text = good.replace(
    'roles:',
    'space: { regions: [{ name: heap, kind: anon, vmas: 64, pages: 4096, resident: 100% }] }\nroles:',
  );
  const { message } = await refused(t, { 'w.yaml': text }, 'bench', 'w.yaml', '--memory', '16MiB');
  assert.match(message, /heap/);
  assert.match(message, /--memory|memory/);
});

const wrongFlags: readonly [words: readonly string[], message: RegExp][] = [
  [['--threads', '0'], /whole number, 1 or more/],
  [['--duration', '500'], /no unit/],
  [['--engine', 'kernel'], /has the engine threads or sim/],
  [['--strategy', 'mutx'], /--strategy: error .*"mutx".*did you mean "mutex"\?/],
  [['--baseline', 'rwsem-spn'], /--baseline: error .*rwsem-spn.*did you mean "rwsem-spin"\?/],
  [['--strategy', './none.mjs'], /none\.mjs: error .*no such lock file/],
  [['--format', 'xml'], /It must be table, json, csv, markdown, junit or github/],
  [['--gate', '--margin', 'throughtput=5%'], /no metric throughtput. Did you mean throughput/],
  [['--gate', '--margin', 'spins=5%'], /cannot regress/],
  [['--gate', '--margin', 'p99=5'], /p99=5%/],
  [['--gate', '--on-inconclusive', 'fale'], /must be fail, warn or pass/],
  [['--pin', 'cores'], /unknown option '--pin'/],
  [['--dry-run', '--format', 'csv'], /^--format: --dry-run has no figures/],
  [['--dry-run', '--csv', 'a.csv'], /^--csv: --dry-run has no figures/],
  [['--dry-run', '--report', 'csv=a.csv'], /^--report: --dry-run has no figures/],
];

for (const [words, message] of wrongFlags) {
  test(`bench ${words.join(' ')} is refused`, async (t) => {
    const { message: said } = await refused(t, { 'w.yaml': good }, 'bench', 'w.yaml', ...words);
    assert.match(said, message);
  });
}

test('a lock file that does not load is refused with line and column', async (t) => {
  const files = { 'w.yaml': good, 'mine.mjs': 'import x from "y";\nexport default x;\n' };
  const { message } = await refused(t, files, 'bench', 'w.yaml', '--strategy', './mine.mjs');
  assert.match(message, /^mine\.mjs:1:1 error .*imports nothing/m);
});

test('nothing can run: status 2 before measuring, with every reason', async (t) => {
  const files = { 'w.yaml': tinyWorkload('[rwlock, qrwlock]', 'hold: 1ms, sleep: true') };
  const { message, directory } = await refused(t, files, 'bench', 'w.yaml');
  assert.match(message, /none of its strategies can run it/);
  assert.match(message, /unsupported: rwlock: /);
  assert.match(message, /unsupported: qrwlock: /);
  assert.ok(!existsSync(join(directory, 'results')));
});

test('an --out that cannot be written is found before measuring', async (t) => {
  const words = ['bench', 'w.yaml', '--out', 'w.yaml/deep/r.json'];
  const { message, directory } = await refused(t, { 'w.yaml': good }, ...words);
  assert.match(message, /--out: cannot write to w\.yaml\/deep\/r\.json/);
  assert.deepEqual(readdirSync(directory), ['w.yaml']);
});

const wrongCsv: readonly [path: string, message: RegExp][] = [
  ['.', /it is a directory/],
  ['w.yaml/t.csv', /a part of the path is a file/],
  ['/proc/mmlock/t.csv', /it does not exist/],
  ['w.yaml', /this run reads or writes it already/],
  ['r.json', /this run reads or writes it already/],
  ['-', /standard output/],
];

for (const [path, message] of wrongCsv) {
  test(`--csv ${path} cannot be written, and that is found before measuring`, async (t) => {
    const words = ['bench', 'w.yaml', '--out', 'r.json', '--csv', path];
    const { message: said, directory } = await refused(t, { 'w.yaml': good }, ...words);
    assert.match(said, message);
    assert.match(said, /^--csv: cannot write to /);
    assert.equal(readFileSync(join(directory, 'w.yaml'), 'utf8'), good);
  });
}

const wrongResults: readonly [name: string, text: string, message: RegExp][] = [
  ['truncated', '{"format":"mmlock-result","schemaVersion":1,"mml', /truncated/],
  [
    'of a newer schema',
    '{"format":"mmlock-result","schemaVersion":99,"mmlock":{"version":"9.0.0"}}',
    /mmlock 9\.0\.0 in schema 99.*update/,
  ],
  ['of another program', '{"a":1}', /not a result of mmlock/],
  ['empty', '', /is empty/],
];

for (const [name, text, message] of wrongResults) {
  test(`export refuses a result that is ${name}`, async (t) => {
    const { message: said } = await refused(
      t,
      { 'r.json': text },
      'export',
      'r.json',
      '--csv',
      '-',
    );
    assert.match(said, message);
    assert.match(said, /^r\.json: /);
  });
}

test('export refuses what is missing or a directory, and a result without --csv', async (t) => {
  assert.match((await refused(t, {}, 'export', 'r.json', '--csv', '-')).message, /does not exist/);
  assert.match((await refused(t, {}, 'export', '.', '--csv', '-')).message, /directory/);
  assert.match((await refused(t, {}, 'export', 'r.json')).message, /--csv/);
});

test('--dry-run settles everything, prints it, and measures and writes nothing', async (t) => {
  const directory = temporaryDirectory(t, { 'w.yaml': good });
  writeFileSync(join(directory, 'other.yaml'), good.replace('name: tiny', 'name: other'));
  const commandLine = ['bench', 'w.yaml', 'other.yaml', '--dry-run', '--seed', '0x10'];
  const { context, stdout } = captureContext({ commandLine, directory });
  assert.equal(await main(context), 0);
  assert.match(stdout(), /blocks 6 → 8 \(/);
  assert.match(stdout(), /^ {2}strategy mutex \(reference\)$/m);
  assert.match(stdout(), /^other: /m);
  assert.match(stdout(), /memory: .* needed, .* given/);
  assert.deepEqual(readdirSync(directory).sort(), ['other.yaml', 'w.yaml']);
});

test('--strategy replaces the list, and the reference of the workload stays', async (t) => {
  const directory = temporaryDirectory(t, {
    'w.yaml': `${good}baseline: rwsem-spin\n`,
  });
  const names = async (...words: string[]): Promise<readonly string[]> => {
    const commandLine = ['bench', 'w.yaml', '--dry-run', ...words];
    const { context, stdout, stderr } = captureContext({ commandLine, directory });
    assert.equal(await main(context), 0, stderr());
    return [...stdout().matchAll(/^ {2}strategy (.*)$/gm)].map((match) => match[1] ?? '');
  };
  assert.deepEqual(await names(), ['mutex', 'rwsem-spin (reference)']);
  assert.deepEqual(await names('--strategy', 'qrwlock'), ['rwsem-spin (reference)', 'qrwlock']);
  assert.deepEqual(await names('--strategy', 'qrwlock,mutex', '--baseline', 'mutex'), [
    'qrwlock',
    'mutex (reference)',
  ]);
  assert.deepEqual(await names('--aa'), ['mutex', 'rwsem-spin (reference)', '(A/A) rwsem-spin']);
});
