import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../cli/e2e.test-support.js';
import { readBytes } from './read-bytes.js';

test('gives files whole, of whatever length, and nothing of the file before', (t) => {
  const folder = temporaryDirectory(t);
  for (const [index, length] of [3 * 2 ** 20 + 5, 0, 7, 2 ** 20, 2 ** 22].entries()) {
    const content = Buffer.alloc(length, 'abcdefg'.slice(index));
    const path = join(folder, `${index}.json`);
    writeFileSync(path, content);
    assert.ok(readBytes(path).equals(content), `${length} bytes`);
  }
});

test('what cannot be read is said by the system', (t) => {
  const folder = temporaryDirectory(t);
  assert.throws(() => readBytes(folder), { code: 'EISDIR' });
  assert.throws(() => readBytes(join(folder, 'none')), { code: 'ENOENT' });
});
