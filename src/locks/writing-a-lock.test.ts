import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { Cpu } from '../machine/cpu.js';
import { Interleaver } from '../machine/interleaver.js';
import { PlainCpu } from '../machine/plain-cpu.test-support.js';
import type { Direct, Steps } from '../machine/steps.js';
import type { Mutex } from './definition.js';
import { readUserLock } from './read-user-lock.js';
import { loadUserLock, type UserLock } from './user-lock.js';

const page = fileURLToPath(new URL('../../docs/writing-a-lock.md', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'mmlock-page-'));
after(() => {
  rmSync(folder, { recursive: true });
});

/** The complete locks of the page, as files. */
const examples = [...readFileSync(page, 'utf8').matchAll(/```js\n(.*?)```/gs)].map(
  ([, text = '']) => {
    const path = join(folder, /^\/\/ (\S+)/.exec(text)?.[1] ?? 'unnamed.mjs');
    writeFileSync(path, text);
    return path;
  },
);

const read = (path: string): UserLock => {
  const result = readUserLock(path);
  assert.ok(result.ok, JSON.stringify(result));
  return result.lock;
};

const lockWord = 32;
const counterWord = 64;

describe('docs/writing-a-lock.md', () => {
  it('has two complete locks', () => {
    assert.equal(examples.length, 2);
  });

  for (const path of examples) {
    const name = path.slice(folder.length + 1, -'.mjs'.length);

    it(`${name} excludes under every schedule tried, with spurious wakes and early returns`, async () => {
      const definition = await loadUserLock(read(path), 'steps');
      assert.equal(definition.name, name);
      assert.equal(definition.kind, 'mutex');
      let waits = 0;
      for (let seed = 1; seed <= 200; seed++) {
        const machine = new Interleaver({
          threads: 3,
          words: 96,
          seed,
          deviations: { spuriousWake: 0.2, earlyReturn: 0.2 },
        });
        const lock = Object.freeze(definition.create(lockWord, 3)) as Mutex;
        const user = function* (cpu: Cpu): Steps {
          for (let round = 0; round < 5; round++) {
            yield lock.lock(cpu);
            yield cpu.set(counterWord, (yield cpu.get(counterWord)) + 1);
            yield lock.unlock(cpu);
          }
        };
        machine.run([user, user, user]);
        assert.equal(machine.memory.get(counterWord), 15, `seed ${seed}`);
        waits += machine.cpus.reduce((sum, { count }) => sum + count.spins + count.sleeps, 0);
      }
      assert.ok(waits > 0, 'nobody ever waited');
    });

    it(`${name} does the same in direct form`, async () => {
      const definition = await loadUserLock(read(path), 'direct');
      const lock = definition.create(lockWord, 1) as unknown as Direct<Mutex>;
      const cpu = new PlainCpu(96);
      for (let round = 0; round < 3; round++) {
        lock.lock(cpu as unknown as Direct<Cpu>);
        lock.unlock(cpu as unknown as Direct<Cpu>);
      }
      assert.equal(cpu.waits, 0);
      assert.equal(cpu.count.spins + cpu.count.sleeps, 0);
    });
  }

  it('gives types that an editor accepts', () => {
    const modules = join(folder, 'node_modules');
    mkdirSync(modules);
    const types = fileURLToPath(new URL('../index.d.ts', import.meta.url));
    const program = ts.createProgram(examples, {
      allowJs: true,
      checkJs: true,
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      types: [],
      paths: { mmlock: [types] },
    });
    const faults = ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
    assert.deepEqual(faults, []);
    const checked = program.getSourceFiles().map(({ fileName }) => fileName);
    assert.ok(checked.includes(types), 'the types of the package were not looked at');
  });

  const refused: [string, string][] = [
    ['cpu.store(w, 1);', 'steps'],
    ['this.enqueue(cpu);', 'steps'],
    ['cpu.load(w)', 'plain'],
    ['helper(cpu)', 'plain'],
    ['yield 3', 'steps'],
    ['yield other.next()', 'steps'],
    ['yield a && cpu.load(w)', 'steps'],
    ['yield* this.enqueue(cpu)', 'steps'],
    ['const c = cpu', 'steps'],
    ['import()', ''],
  ];
  it('says what each refused line is answered with', () => {
    const rows = readFileSync(page, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('|'));
    for (const [line, where] of refused) {
      const row = rows.find((text) => text.includes(`\`${line}\``));
      assert.ok(row, `${line} is not on the page`);
      const promised =
        row
          .split('|')[2]
          ?.trim()
          .replace(/^`` ?| ?``$|^`|`$/g, '') ?? '';
      const path = join(folder, 'refused.mjs');
      const body = line === 'import()' ? "import('x')" : line;
      writeFileSync(path, `${where === 'steps' ? 'function*' : 'function'} f(cpu) {\n${body}\n}\n`);
      const result = readUserLock(path);
      assert.ok(!result.ok, `${line} is not refused`);
      assert.ok(
        result.problems[0]?.message.startsWith(promised),
        `${line}: ${JSON.stringify(result.problems)} does not begin with ${promised}`,
      );
    }
  });
});
