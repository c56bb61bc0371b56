import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { compile } from './compile.js';
import { diagnosticCodes, printDiagnostics } from './diagnostic.js';
import { knownNames } from './known-names.js';
import { metricNames } from './metrics.js';
import { parseWorkload } from './parse.js';
import { operationNames } from './plan.js';

const page = readFileSync(new URL('../../docs/writing-a-workload.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map((match) => match[1] ?? '');

/** What an example leaves out, because it is about something else. */
const rest: Readonly<Record<string, string>> = {
  name: 'example',
  space: '{ regions: [{ name: heap, kind: anon, pages: 4096 }] }',
  roles: '[{ name: faulter, threads: 100%, ops: [{ op: fault, region: heap }] }]',
  strategies: '[mutex, rwsem-spin]',
};

function completed(block: string): string {
  const missing = Object.keys(rest).filter((key) => !new RegExp(`^${key}:`, 'm').test(block));
  return block + missing.map((key) => `${key}: ${rest[key] ?? ''}\n`).join('');
}

test('every example of the page is a right workload, and can be compiled', () => {
  assert.ok(blocks.length >= 8);
  for (const block of blocks) {
    const { cells, diagnostics } = parseWorkload(completed(block), 'page', knownNames);
    assert.ok(cells.length > 0, printDiagnostics(diagnostics));
    for (const { workload, source, threads } of cells) {
      const options = { seed: 1, threads: threads?.count, cores: 2, usualMemory: 2 ** 30 };
      const compiled = compile(workload, source, options);
      assert.ok(compiled.ok, compiled.ok ? '' : printDiagnostics(compiled.diagnostics));
    }
  }
});

test('the page has a row for every operation and every code, and names metrics that there are', () => {
  for (const name of operationNames) assert.ok(page.includes(`\n| \`${name}\` |`), name);
  for (const code of Object.values(diagnosticCodes)) assert.ok(page.includes(`| ${code} |`), code);
  const section = page.slice(page.indexOf('### Metrics'), page.indexOf('## `gate`'));
  const named = [...section.matchAll(/`([a-z_]+(?:\.[a-z0-9_]+)?|p99\.9)`/g)].map(
    (match) => match[1] ?? '',
  );
  assert.ok(named.length > 20);
  for (const name of named) assert.ok(metricNames.includes(name), name);
});
