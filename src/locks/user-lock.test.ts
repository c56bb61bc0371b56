import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { Interleaver } from '../machine/interleaver.js';
import type { Mutex } from './definition.js';
import { readUserLock } from './read-user-lock.js';
import { LockFileError, loadUserLock, type UserLock } from './user-lock.js';

const folder = mkdtempSync(join(tmpdir(), 'mmlock locks-'));
after(() => {
  rmSync(folder, { recursive: true });
});

let files = 0;
const fileOf = (text: string): string => {
  const path = join(folder, `lock-${files++}.mjs`);
  writeFileSync(path, text);
  return path;
};
const read = (text: string): UserLock => {
  const result = readUserLock(fileOf(text));
  assert.ok(result.ok);
  return result.lock;
};
const lockClass = `class Lock {
  constructor(base) { this.word = base; }
  *lock(cpu) { while ((yield cpu.swap(this.word, 1)) !== 0) yield cpu.awaitChange(this.word, 1); }
  *unlock(cpu) { yield cpu.store(this.word, 0); }
}
`;
const fields = {
  name: "'mine'",
  kind: "'mutex'",
  sleeps: 'false',
  fair: 'false',
  words: '() => 1',
  create: '(base) => new Lock(base)',
};
/** A lock file whose definition has these fields, as JavaScript; '' leaves one out. */
const definition = (changes: Record<string, string> = {}): string =>
  lockClass +
  `export default {\n${Object.entries({ ...fields, ...changes })
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `  ${name}: ${value},\n`)
    .join('')}};\n`;

describe('readUserLock and loadUserLock', () => {
  it('give a lock that works in both forms', async () => {
    const lock = read(definition());
    assert.equal(lock.source, definition());
    assert.match(lock.sha256, /^[0-9a-f]{64}$/);

    const steps = await loadUserLock(lock, 'steps');
    assert.equal(steps.name, 'mine');
    const mutex = steps.create(32, 2) as Mutex;
    const machine = new Interleaver({ threads: 2, words: 96 });
    const user = function* (cpu: Parameters<Mutex['lock']>[0]) {
      for (let round = 0; round < 20; round++) {
        yield mutex.lock(cpu);
        yield cpu.set(64, (yield cpu.get(64)) + 1);
        yield mutex.unlock(cpu);
      }
    } as (cpu: Parameters<Mutex['lock']>[0]) => ReturnType<Mutex['lock']>;
    machine.run([user, user]);
    assert.equal(machine.memory.get(64), 40);

    const direct = await loadUserLock(lock, 'direct');
    const plain = direct.create(32, 2) as unknown as { lock: (cpu: unknown) => void };
    const calls: string[] = [];
    plain.lock({
      swap: (word: number, value: number) => {
        calls.push(`swap ${word} ${value}`);
        return 0;
      },
    });
    assert.deepEqual(calls, ['swap 32 1']);
  });

  it('name the file and line when a lock throws', async () => {
    const text = definition().replace('*unlock(cpu) {', '*unlock(cpu) { absent();');
    const lock = read(text);
    const loaded = await loadUserLock(lock, 'direct');
    const plain = loaded.create(32, 2) as unknown as { unlock: (cpu: unknown) => void };
    assert.throws(
      () => plain.unlock({}),
      (error) => error instanceof Error && /lock-\d+\.mjs:4:\d+/.test(error.stack ?? ''),
    );
  });

  const unusable: [name: string, text: string, places: string[], message: RegExp][] = [
    ['a syntax error', 'export default {', ['1:17'], /Unexpected token/],
    ['a static import', "import x from './x.mjs';\nexport default x;", ['1:1'], /imports nothing/],
    [
      'an export from',
      "export * from 'x';\nexport { y } from 'y';",
      ['1:1', '2:1'],
      /imports nothing/,
    ],
    ['a dynamic import', "const x = await import('node:fs');", ['1:17'], /imports nothing/],
    [
      'an import and broken rules, all at once',
      'function f(cpu) { cpu.load(1); }\nimport(f);\nfunction* g(cpu) { yield 1; }',
      ['1:19', '2:1', '3:26'],
      /a step outside/,
    ],
  ];
  for (const [name, text, places, message] of unusable) {
    it(`refuse ${name}`, () => {
      const result = readUserLock(fileOf(text));
      assert.ok(!result.ok);
      assert.deepEqual(
        result.problems.map(({ line, column }) => `${line}:${column}`),
        places,
      );
      assert.match(result.problems[0]?.message ?? '', message);
    });
  }

  it('refuse what is no readable JavaScript file', () => {
    mkdirSync(join(folder, 'folder.mjs'));
    const messages = ['absent.mjs', 'folder.mjs', 'lock.ts'].map((name) => {
      const result = readUserLock(join(folder, name));
      return result.ok ? '' : (result.problems[0]?.message ?? '');
    });
    assert.match(messages[0] ?? '', /no such lock file/);
    assert.match(messages[1] ?? '', /is a directory/);
    assert.match(messages[2] ?? '', /is JavaScript/);
  });

  const wrong: [name: string, text: string, message: RegExp][] = [
    ['no default export', 'export const a = 1;', /no default export/],
    ['a name that is no word', definition({ name: "'my lock'" }), /^name is "my lock"/],
    ['an unknown kind', definition({ kind: "'spin'" }), /^kind is "spin": .* mutex, rw, range/],
    ['a missing promise', definition({ sleeps: '' }), /^sleeps is missing/],
    ['a promise that is no boolean', definition({ fair: "'yes'" }), /^fair is "yes"/],
    ['a misspelt field', definition({ intial: '() => []' }), /^intial is not a field of a lock/],
    ['words that is no function', definition({ words: '2' }), /^words is 2: it must be a function/],
    [
      'a fraction of a word',
      definition({ words: '(threads) => threads / 2' }),
      /^words\(1\) gives 0.5/,
    ],
    [
      'initial out of range',
      definition({ initial: '() => [[1, 5]]' }),
      /^initial\(1\) gives \[1,5\]/,
    ],
    ['initial that is too large', definition({ initial: '() => [[0, 2 ** 31]]' }), /signed 32-bit/],
    ['idle that is no list', definition({ idle: '() => 0' }), /^idle must be a function/],
    ['create that gives nothing', definition({ create: '() => {}' }), /^create gives missing/],
    [
      'create that throws',
      definition({ create: '() => absent' }),
      /^throws when a lock is made: ReferenceError/,
    ],
    [
      'a missing method',
      definition({ kind: "'rw'" }),
      /^a lock of kind rw needs the method \*readLock/,
    ],
    [
      'a method that is no steps function',
      definition({ create: '(base) => ({ lock() {}, *unlock() {} })' }),
      /^lock is not a steps function: write `\*lock\(cpu, …\)`/,
    ],
  ];
  for (const [name, text, message] of wrong) {
    it(`refuse ${name}`, async () => {
      const lock = read(text);
      await assert.rejects(loadUserLock(lock, 'steps'), (error) => {
        assert.ok(error instanceof LockFileError);
        assert.match(error.problems[0]?.message ?? '', message);
        assert.ok(error.message.startsWith(lock.path));
        return true;
      });
    });
  }

  it('say where a file throws while it loads', async () => {
    const lock = read('const a = 1;\n\nabsent(a);\n');
    await assert.rejects(loadUserLock(lock, 'steps'), (error) => {
      assert.ok(error instanceof LockFileError);
      assert.deepEqual(error.problems, [
        { line: 3, column: 1, message: 'does not load: ReferenceError: absent is not defined' },
      ]);
      return true;
    });
  });
});
