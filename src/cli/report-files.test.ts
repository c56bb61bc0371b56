import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { InvalidArgumentError } from 'commander';
import { temporaryDirectory } from './e2e.test-support.js';
import { prepareReportFiles, reportFile, writeReportFiles } from './report-files.js';

const read = reportFile(['junit', 'markdown']);

test('--report is FORMAT=FILE, as often as one likes', () => {
  const first = read('junit=a=b.xml', undefined);
  assert.deepEqual(first, [{ format: 'junit', file: 'a=b.xml' }]);
  assert.deepEqual(read('markdown=s.md', first), [...first, { format: 'markdown', file: 's.md' }]);
});

for (const [wrong, message] of [
  ['junit', /FORMAT=FILE/],
  ['junit=', /FORMAT=FILE/],
  ['junti=a.xml', /It must be junit or markdown\. Did you mean junit\?/],
] as const) {
  test(`--report ${wrong} is refused`, () =>
    assert.throws(
      () => read(wrong, undefined),
      (error) => error instanceof InvalidArgumentError && message.test(error.message),
    ));
}

test('every report needs a file of its own that can be written', (t) => {
  const directory = temporaryDirectory(t);
  mkdirSync(join(directory, 'folder'));
  const asked = [
    { format: 'junit', file: 'a.xml' },
    { format: 'markdown', file: './a.xml' },
    { format: 'markdown', file: 'folder' },
    { format: 'markdown', file: 'result.json' },
    { format: 'markdown', file: '-' },
  ] as const;
  const prepared = prepareReportFiles(asked, directory, [join(directory, 'result.json')]);
  assert.deepEqual(prepared, {
    ok: false,
    messages: [
      '--report: cannot write to ./a.xml: this run reads or writes it already; name another file',
      '--report: cannot write to folder: it is a directory; name another file',
      '--report: cannot write to result.json: this run reads or writes it already; name another file',
      '--report: cannot write to -: standard output holds what --format names; name another file',
    ],
  });
});

test('each is written in its form; what cannot be written is told, and does not keep the others', async (t) => {
  const directory = temporaryDirectory(t);
  const prepared = prepareReportFiles(
    [
      { format: 'junit', file: 'new/a.xml' },
      { format: 'markdown', file: 'b.md' },
    ],
    directory,
  );
  assert.ok(prepared.ok);
  rmSync(join(directory, 'new'), { recursive: true });
  const failures = await writeReportFiles(prepared.reports, (format) => Promise.resolve(format));
  assert.equal(failures.length, 1);
  assert.match(
    failures[0] ?? '',
    /^--report: could not write .*a\.xml: it does not exist; make room/,
  );
  assert.equal(readFileSync(join(directory, 'b.md'), 'utf8'), 'markdown');
});
