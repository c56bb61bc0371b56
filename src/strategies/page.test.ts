import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { presets } from './presets.js';
import { describeLocks } from './describe.js';
import { builtInLocks } from '../locks/registry.js';

const pageOf = (name: string): string =>
  readFileSync(new URL(`../../docs/strategies/${name}.md`, import.meta.url), 'utf8');
const page = pageOf('README');

describe('docs/strategies', () => {
  it('says of every lock what the lock says of itself', () => {
    const word = (is: boolean): string => (is ? 'yes' : 'no');
    for (const lock of describeLocks(builtInLocks)) {
      const link = `| [\`${lock.name}\`](${lock.name}.md)`;
      const row = page.split('\n').find((line) => line.startsWith(link)) ?? '';
      const cells = row.split('|').map((cell) => cell.trim());
      const [, , kind, sleeps, waiters, fair, downgrade] = cells;
      assert.deepEqual(
        [kind, sleeps, fair, downgrade],
        [
          lock.kind === 'mutex' ? 'mutex' : 'reader/writer',
          word(lock.holder_may_sleep),
          word(lock.fair),
          word(lock.downgrade),
        ],
        lock.name,
      );
      assert.equal(waiters?.includes('spin'), lock.spins, lock.name);
    }
  });

  it('has a page for every lock, with its name above it', () => {
    for (const { name } of describeLocks(builtInLocks)) {
      assert.ok(pageOf(name).startsWith(`# \`${name}\`\n\n`), name);
    }
  });

  it('has every preset', () => {
    for (const { name } of presets) assert.ok(page.includes(`**\`${name}\`**`), name);
  });
});
