import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { madeUpResult, madeUpWorkload } from '../compare/sides.test-support.js';
import { resultText } from '../results/save.js';
import { runMmlock, temporaryDirectory } from './e2e.test-support.js';

const made = madeUpWorkload({ paces: { s: 1 }, blocks: 3, arm: true });
const whole = resultText(
  madeUpResult([made], { label: 'v1', mmlock: { version: '0.1.0', commit: 'abc1234' } }),
);
const other = resultText(madeUpResult([made]));
const cut = resultText(
  madeUpResult([{ ...made, trials: made.trials.filter(({ block }) => block < 3) }], {
    complete: false,
    interrupted: { kind: 'signal', cause: 'SIGINT', text: 'stopped by SIGINT' },
  }),
);
const files = {
  'r.json': whole,
  'other.json': other,
  'cut.json': cut,
  'none.json': resultText(madeUpResult([{ ...made, trials: [] }])),
};

test('a baseline is saved as it is, shown, listed, replaced only when asked, and removed', async (t) => {
  const directory = temporaryDirectory(t, files);
  const baseline = (...words: string[]) => runMmlock(['baseline', ...words], directory);
  const folder = join(directory, 'results', 'baselines');
  const content = () => readFileSync(join(folder, 'main.json'), 'utf8');

  const none = await baseline('list');
  assert.deepEqual([none.status, none.stdout], [0, '']);
  assert.match(none.stderr, /^no baseline is saved/);

  const saved = await baseline('save', 'main', 'r.json');
  assert.deepEqual([saved.status, saved.stderr], [0, '']);
  assert.equal(content(), whole);

  const again = await baseline('save', 'main', 'other.json');
  assert.equal(again.status, 2);
  assert.match(again.stderr, /main is saved already.*--force/);
  assert.equal(content(), whole);

  const list = await baseline('list');
  assert.equal(list.status, 0);
  assert.match(
    list.stdout,
    /^ main +v1 +abc1234 +\d{4}-\d\d-\d\d \d\d:\d\d +fault-storm\/threads=4 +ref, s +3$/m,
  );
  const json = await baseline('list', '--format', 'json');
  const { baselines } = JSON.parse(json.stdout) as { baselines: { name: string }[] };
  assert.deepEqual(
    baselines.map(({ name }) => name),
    ['main'],
  );

  const show = await baseline('show', 'main');
  assert.equal(show.status, 0);
  assert.match(show.stdout, /^main\n {2}file +results\/baselines\/main\.json\n {2}label +v1\n/);
  assert.match(show.stdout, /3 blocks · ref \(reference\), s$/m);
  assert.deepEqual(
    JSON.parse((await baseline('show', 'main', '--format', 'json')).stdout),
    baselines[0],
  );

  assert.equal((await baseline('save', 'main', 'other.json', '--force')).status, 0);
  assert.equal(content(), other);
  assert.deepEqual(readdirSync(folder), ['main.json']);

  assert.equal((await baseline('remove', 'main')).status, 0);
  assert.deepEqual(readdirSync(folder), []);
  for (const words of [
    ['remove', 'main'],
    ['show', 'main'],
  ]) {
    const gone = await baseline(...words);
    assert.equal(gone.status, 2);
    assert.match(gone.stderr, /there is no saved baseline main/);
  }
});

test('what is not whole is saved with a warning, and what holds nothing is not', async (t) => {
  const directory = temporaryDirectory(t, files);
  const save = (...words: string[]) => runMmlock(['baseline', 'save', ...words], directory);
  const part = await save('part', 'cut.json');
  assert.equal(part.status, 0);
  assert.equal(part.stderr, 'warning: cut.json: fault-storm has 2 of 3 blocks (SIGINT)\n');
  const none = await save('none', 'none.json');
  assert.equal(none.status, 5);
  assert.match(none.stderr, /no block of any workload was finished/);
  const rows: readonly [readonly [string, string], RegExp][] = [
    [['gone', 'gone.json'], /gone\.json: cannot be read: it does not exist/],
    [['Main', 'r.json'], /Main is no name of a saved baseline/],
    [['../main', 'r.json'], /a name is no path/],
    [['main.json', 'r.json'], /ends in \.json/],
    [['.main', 'r.json'], /begins with a dot/],
  ];
  for (const [words, message] of rows) {
    const refused = await save(...words);
    assert.equal(refused.status, 2, words.join(' '));
    assert.match(refused.stderr, message);
    assert.equal(refused.stdout, '');
  }
  assert.deepEqual(readdirSync(join(directory, 'results', 'baselines')), ['part.json']);
});

test('one that is damaged is named, and hides no other', async (t) => {
  const directory = temporaryDirectory(t);
  const folder = join(directory, 'results', 'baselines');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'good.json'), whole);
  writeFileSync(join(folder, 'bad.json'), whole.slice(0, 100));
  const list = await runMmlock(['baseline', 'list'], directory);
  assert.equal(list.status, 2);
  assert.match(list.stdout, /^ good /m);
  assert.match(list.stderr, /^results\/baselines\/bad\.json: is truncated/);
});

test('baseline alone and an unknown word of it are bad usage', async (t) => {
  const directory = temporaryDirectory(t);
  const alone = await runMmlock(['baseline'], directory);
  assert.deepEqual([alone.status, alone.stdout], [2, '']);
  const near = await runMmlock(['baseline', 'sve', 'a', 'b'], directory);
  assert.equal(near.status, 2);
  assert.match(near.stderr, /Did you mean save\?/);
});
