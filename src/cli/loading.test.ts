import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

/** Packages that loading a built module loads, by following its static imports. */
function packagesOf(entry: URL): readonly string[] {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const visit = (file: URL): void => {
    if (seen.has(file.href)) return;
    seen.add(file.href);
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(
      /^(?:import|export)\b[^;]*?from '([^']+)';|^import '([^']+)';/gm,
    )) {
      if (name.startsWith('.')) visit(new URL(name, file));
      else if (!name.startsWith('node:')) packages.add(name);
    }
  };
  visit(entry);
  return [...packages].sort();
}

// Every package costs tens of milliseconds at each start.
test('every command line loads commander, and the rest by need', () => {
  assert.deepEqual(packagesOf(new URL('./main.js', import.meta.url)), ['commander']);
});

test('list loads commander and no other package', () => {
  assert.deepEqual(packagesOf(new URL('./list.js', import.meta.url)), ['commander']);
});

test('the check itself sees packages where they are', () => {
  assert.ok(packagesOf(new URL('./bench.js', import.meta.url)).includes('yaml'));
});
