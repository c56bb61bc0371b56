import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadExport } from '../report/exports.js';
import { exportFixture } from '../report/export.test-support.js';
import { resultText } from '../results/save.js';
import { runMmlock, temporaryDirectory } from './e2e.test-support.js';

const result = exportFixture();
const files = { 'r.json': resultText(result), 'other.json': '{}' };

test('each form goes to standard output alone, or to a file', async (t) => {
  const directory = temporaryDirectory(t, files);
  for (const format of ['benchfmt', 'openmetrics', 'hdr'] as const) {
    const expected = (await loadExport(format))(result);
    const words = ['export', 'r.json', '--format', format];
    const printed = await runMmlock(words, directory);
    assert.deepEqual([printed.status, printed.stderr], [0, '']);
    assert.equal(printed.stdout, expected);
    const written = await runMmlock([...words, '--output', `new/${format}.txt`], directory);
    assert.deepEqual([written.status, written.stdout, written.stderr], [0, '', '']);
    assert.equal(readFileSync(join(directory, `new/${format}.txt`), 'utf8'), expected);
  }
});

test('what does not go together, or cannot be read or written, is status 2 with advice', async (t) => {
  const directory = temporaryDirectory(t, files);
  mkdirSync(join(directory, 'folder'));
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['r.json'], /^export: say what to write: --csv FILE, or --format benchfmt\|openmetrics\|hdr$/],
    [['r.json', '--csv', '-', '--format', 'hdr'], /^export: --csv and --format are two forms/],
    [['r.json', '--format', 'hdr', '--summary'], /^--summary is a form of CSV: give --csv FILE/],
    [['r.json', '--csv', '-', '--output', 'a'], /^--output belongs to --format/],
    [['r.json', '--format', 'benchfnt'], /'benchfnt' is invalid\..*Did you mean benchfmt\?/],
    [
      ['r.json', '--format', 'hdr', '--output', 'folder'],
      /^--output: cannot write to folder: it is a directory/,
    ],
    [['r.json', '--csv', 'r.json'], /^--csv: cannot write to r\.json: this run reads/],
    [['r.json', '--format', 'hdr', '--output', './r.json'], /^--output: cannot write to .*reads/],
    [['other.json', '--format', 'hdr'], /^other\.json: is JSON, but not a result of mmlock/],
    [['none.json', '--format', 'hdr'], /^none\.json: cannot be read: it does not exist/],
  ];
  for (const [words, message] of cases) {
    const run = await runMmlock(['export', ...words], directory);
    assert.deepEqual([run.status, run.stdout], [2, ''], words.join(' '));
    assert.match(run.stderr.split('\n')[0] ?? '', message);
  }
  assert.equal(readFileSync(join(directory, 'r.json'), 'utf8'), files['r.json']);
});
