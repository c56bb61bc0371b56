import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { resultText } from '../results/save.js';
import { readSide } from './side.js';
import { madeUpResult } from './sides.test-support.js';

const directory = mkdtempSync(join(tmpdir(), 'mmlock-test-'));
after(() => rmSync(directory, { recursive: true }));

function write(path: string, text: string): void {
  const file = join(directory, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const first = resultText(madeUpResult([{ paces: { s: 1 }, blocks: 1 }]));
const second = resultText(madeUpResult([{ paces: { s: 1 }, blocks: 1 }]));
write('one.json', first);
write('main/b.json', first);
write('main/a.json', second);
write('main/below/c.json', 'not read');
write('main/notes.txt', 'not read');
write('twice/a.json', first);
write('twice/copy.json', first);
write('broken/a.json', first);
write('broken/b.json', first.slice(0, 500));
mkdirSync(join(directory, 'empty'));
write('results/baselines/main.json', first);
write('results/baselines/kept.json', second);

describe('readSide', () => {
  it('reads a file, a folder with the newest last, and a saved baseline', () => {
    const runs = (word: string): string[] => {
      const read = readSide(word, directory);
      assert.ok(read.ok, word);
      assert.equal(read.side.name, word);
      return read.side.runs.map(({ shown }) => shown);
    };
    assert.deepEqual(runs('one.json'), ['one.json']);
    assert.deepEqual(runs(join(directory, 'one.json')), [join(directory, 'one.json')]);
    assert.deepEqual(runs('main/'), ['main/b.json', 'main/a.json']);
    assert.deepEqual(runs('./main'), ['main/b.json', 'main/a.json']);
    assert.deepEqual(runs('kept'), ['kept']);
  });

  it('counts a run once, however often it is there', () => {
    const read = readSide('./twice', directory);
    assert.ok(read.ok);
    assert.equal(read.side.runs.length, 1);
    assert.deepEqual(read.side.warnings, [
      'twice/copy.json holds the same run as twice/a.json: it counts once',
    ]);
  });

  const rows: readonly [string, 'bad-input' | 'nothing', RegExp][] = [
    ['empty/', 'nothing', /no result in this folder/],
    ['gone', 'nothing', /no saved baseline gone \(there are kept, main\)/],
    ['one', 'nothing', /no saved baseline one/],
    [
      'empty',
      'nothing',
      /no saved baseline empty .*; the empty that is here is written \.\/empty$/,
    ],
    ['main', 'bad-input', /main is a saved baseline, and there is a main here too: write \.\/main/],
    ['./gone', 'bad-input', /does not exist/],
    ['gone.json', 'bad-input', /does not exist/],
    ['./broken', 'bad-input', /broken\/b\.json: is truncated/],
    ['Main', 'bad-input', /no name of a saved baseline.*a path has a \/ in it/],
    ['..', 'bad-input', /begins with a dot/],
    ['main/notes.txt', 'bad-input', /is not JSON/],
    ['one.json/x', 'bad-input', /a part of the path is a file/],
  ];
  for (const [word, kind, message] of rows) {
    it(`has none for ${word}: ${kind}`, () => {
      const read = readSide(word, directory);
      assert.ok(!read.ok);
      assert.equal(read.kind, kind);
      assert.match(read.message, message);
    });
  }
});
