import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { presets } from './presets.js';
import { describeLocks } from './describe.js';
import { builtInLocks } from '../locks/registry.js';

const page = readFileSync(new URL('../../docs/strategies/README.md', import.meta.url), 'utf8');

describe('docs/strategies', () => {
  it('says of every lock what the lock says of itself', () => {
    const word = (is: boolean): string => (is ? 'yes' : 'no');
    for (const lock of describeLocks(builtInLocks)) {
      assert.ok(page.includes(`**\`${lock.name}\`**`), `no paragraph on ${lock.name}`);
      const row = page.split('\n').find((line) => line.startsWith(`| \`${lock.name}\``)) ?? '';
      const cells = row.split('|').map((cell) => cell.trim());
      const [, , kind, sleeps, waiters, fair, downgrade] = cells;
      assert.deepEqual(
        [kind, sleeps, fair, downgrade],
        [
          lock.kind === 'rw' ? 'reader/writer' : lock.kind,
          word(lock.holder_may_sleep),
          word(lock.fair),
          word(lock.downgrade),
        ],
        lock.name,
      );
      assert.equal(waiters?.includes('spin'), lock.spins, lock.name);
    }
  });

  it('has every preset', () => {
    for (const { name } of presets) assert.ok(page.includes(`**\`${name}\`**`), name);
  });
});
