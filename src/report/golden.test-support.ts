import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const folder = new URL('../../src/report/golden/', import.meta.url);

/** Compares with a file of `src/report/golden`; `UPDATE_GOLDEN=1` writes it instead, for a reviewed diff. For tests. */
export function assertGolden(name: string, text: string): void {
  const file = new URL(name, folder);
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, text);
    return;
  }
  assert.equal(text, readFileSync(file, 'utf8'));
}
