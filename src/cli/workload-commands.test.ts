import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { captureContext } from './context.test-support.js';
import { main } from './main.js';
import { schemaText } from './schema.js';

const directory = mkdtempSync(join(tmpdir(), 'mmlock-'));
after(() => rmSync(directory, { recursive: true }));

async function run(...words: string[]) {
  const { context, stdout, stderr } = captureContext({ directory, commandLine: words });
  const status = await main(context);
  return { status, stdout: stdout(), stderr: stderr() };
}

test('init writes a first workload that is right, and never over a file', async () => {
  assert.deepEqual(await run('init'), {
    status: 0,
    stdout: 'wrote workload.yaml; next: mmlock bench workload.yaml\n',
    stderr: '',
  });
  assert.deepEqual(await run('validate', 'workload.yaml'), {
    status: 0,
    stdout: 'workload.yaml: ok\n',
    stderr: '',
  });
  writeFileSync(join(directory, 'mine.yaml'), 'kept');
  assert.deepEqual(await run('init', 'mine.yaml'), {
    status: 2,
    stdout: '',
    stderr: 'mine.yaml: error  is there already, and is left as it is: name another file\n',
  });
  assert.equal(readFileSync(join(directory, 'mine.yaml'), 'utf8'), 'kept');
  const nowhere = await run('init', 'no/such/place.yaml');
  assert.equal(nowhere.status, 2);
  assert.match(nowhere.stderr, /^no\/such\/place\.yaml: error {2}cannot be written: ENOENT/);
});

test('validate checks every file, and one bad one is enough for status 2', async () => {
  writeFileSync(join(directory, 'bad.yaml'), 'name: a\nrols: []\nstrategies: [mutex]\n');
  await run('init', 'good.yaml');
  const { status, stdout, stderr } = await run(
    'validate',
    'bad.yaml',
    'good.yaml',
    'gone.yaml',
    '.',
  );
  assert.equal(status, 2);
  assert.equal(stdout, 'good.yaml: ok\n');
  assert.equal(
    stderr,
    `bad.yaml:1:1 error  missing key "roles"
  1 | name: a
    | ^^^^^^^
bad.yaml:2:1 error  unknown key "rols" — did you mean "roles"?
  2 | rols: []
    | ^^^^
2 errors. Schema: mmlock schema
gone.yaml: error  no such file: mmlock init writes a first workload
1 error. Schema: mmlock schema
.: error  is a directory: name the workload files in it
1 error. Schema: mmlock schema
`,
  );
});

test('validate says what only the number of threads and the memory show', async () => {
  await run('init', 'small.yaml');
  const memory = await run('validate', '--memory', '1MiB', 'small.yaml');
  assert.equal(memory.status, 2);
  assert.match(memory.stderr, /^small\.yaml:\d+:7 error {2}region "heap" is too large/);
  const threads = await run('validate', '--threads', '1', '--verbose', 'small.yaml');
  assert.equal(threads.status, 2);
  assert.match(threads.stderr, /--threads 1 is too few.* \[MML-W011\]/);
  assert.equal((await run('validate', '--memory', '5Gb', 'small.yaml')).status, 2);
});

test('validate loads the lock files that strategies name', async () => {
  const { firstWorkload } = await import('./init-template.js');
  const text = firstWorkload.replace('  - mutex\n', '  - ./locks/mine.mjs\n');
  assert.notEqual(text, firstWorkload);
  writeFileSync(join(directory, 'own.yaml'), text);
  const missing = await run('validate', 'own.yaml');
  assert.equal(missing.status, 2);
  assert.match(missing.stderr, /mine\.mjs: error {2}there is no such lock file/);
  mkdirSync(join(directory, 'locks'));
  writeFileSync(
    join(directory, 'locks', 'mine.mjs'),
    'export default {\n  name: "mine",\n  kind: };\n',
  );
  const broken = await run('validate', 'own.yaml');
  assert.equal(broken.status, 2);
  assert.match(broken.stderr, /mine\.mjs:3:9 error/);
});

test('schema prints what docs/workload.schema.json holds', async () => {
  const { status, stdout } = await run('schema');
  assert.equal(status, 0);
  const committed = new URL('../../docs/workload.schema.json', import.meta.url);
  assert.equal(
    readFileSync(committed, 'utf8'),
    stdout,
    'mmlock schema > docs/workload.schema.json',
  );
  assert.equal(stdout, schemaText());
});
