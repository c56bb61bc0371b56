import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { kernels } from './history.js';
import { presets } from './presets.js';
import { describeLocks } from './describe.js';
import { builtInLocks } from '../locks/registry.js';

const pageOf = (name: string): string =>
  readFileSync(new URL(`../../docs/strategies/${name}.md`, import.meta.url), 'utf8');
const page = pageOf('README');
const partsOfPage = [/\bGood\s+at\b/, /\bBad\s+at\b/, /\bMeasured here\b/, /\d{4}|Linux \d/];

/** The row of a lock in the table, and the page that its name links to, which variants of a lock share. */
function rowOf(name: string): { readonly cells: string[]; readonly target: string } {
  const row = page.split('\n').find((line) => line.startsWith(`| [\`${name}\`](`)) ?? '';
  return {
    cells: row.split('|').map((cell) => cell.trim()),
    target: /\]\(([a-z-]+)\.md\)/.exec(row)?.[1] ?? `no page for ${name}`,
  };
}

describe('docs/strategies', () => {
  it('says of every lock what the lock says of itself', () => {
    const word = (is: boolean): string => (is ? 'yes' : 'no');
    for (const lock of describeLocks(builtInLocks)) {
      const [, , kind, sleeps, waiters, fair, downgrade] = rowOf(lock.name).cells;
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

  it('has a page for every lock, which names its variants, and says what it is good and bad at', () => {
    for (const { name } of describeLocks(builtInLocks)) {
      const { target } = rowOf(name);
      const text = pageOf(target);
      assert.ok(text.startsWith(`# \`${target}\`\n\n`), name);
      assert.ok(text.includes(`\`${name}\``), name);
      for (const part of partsOfPage) assert.match(text, part, name);
      assert.ok(name.startsWith(target), name);
    }
  });

  it('has every preset: in a row of the table, or as a kernel, with a page that names it', () => {
    for (const preset of presets) {
      const { name } = preset;
      if (name === 'private') {
        assert.ok(page.includes(`**\`${name}\`**`));
      } else if (kernels.includes(preset)) {
        assert.ok(pageOf('history').includes(`| \`${name}\` |`), name);
      } else {
        const text = pageOf(rowOf(name).target);
        assert.ok(text.startsWith(`# \`${name}\`\n\n`), name);
        for (const part of partsOfPage) assert.match(text, part, name);
      }
    }
  });
});
