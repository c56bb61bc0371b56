import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { makeCatalogue } from './catalogue.js';

test('the build wrote the catalogue of the code that it built', () => {
  const written: unknown = JSON.parse(
    readFileSync(new URL('./catalogue.json', import.meta.url), 'utf8'),
  );
  assert.deepEqual(written, makeCatalogue());
});
