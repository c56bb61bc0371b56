import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { derive, DeriveError } from './derive.js';

const file = 'lock.mjs';

/** Wraps statements into a steps function; the first stands on line 2. */
const steps = (body: string): string => `function* f(cpu, r, a, b) {\n${body}\n}`;
const plain = (body: string): string => `function f(cpu, r, a, b) {\n${body}\n}`;

describe('derive', () => {
  const inBody: [name: string, source: string, expected: string][] = [
    ['a statement', 'yield cpu.store(1, 2);', 'void cpu.store(1, 2);'],
    ['a value', 'const x = yield cpu.load(1);', 'const x = cpu.load(1);'],
    ['an assignment', 'a = yield cpu.load(1);', 'a = cpu.load(1);'],
    ['an operand', 'return (yield cpu.load(1)) + 1;', 'return (cpu.load(1)) + 1;'],
    ['a return', 'return yield cpu.load(1);', 'return cpu.load(1);'],
    ['a return of parentheses', 'return yield(cpu.load(1));', 'return (cpu.load(1));'],
    ['a call of a steps function', 'yield a.enqueue(cpu, b);', 'void a.enqueue(cpu, b);'],
    ['a call of super', 'yield a(b, cpu);', 'void a(b, cpu);'],
    [
      'a condition',
      'while ((a = yield cpu.load(1)) !== b) yield cpu.awaitChange(1, a);',
      'while ((a = cpu.load(1)) !== b) void cpu.awaitChange(1, a);',
    ],
    ['a bare condition', 'if (yield cpu.load(1)) a = 1;', 'if (cpu.load(1)) a = 1;'],
    ['do and else', 'do yield cpu.pause(); while (a)', 'do void cpu.pause(); while (a)'],
    [
      'else without a space',
      'if (a) b = 1; else yield(cpu.pause());',
      'if (a) b = 1; else void(cpu.pause());',
    ],
    [
      'a branch as a statement',
      'yield r ? a.lock(cpu) : b.lock(cpu);',
      'void (r ? a.lock(cpu) : b.lock(cpu));',
    ],
    [
      'a branch in parentheses',
      'yield (r ? a.lock(cpu) : b.lock(cpu));',
      'void ((r ? a.lock(cpu) : b.lock(cpu)));',
    ],
    [
      'a branch as a value',
      'a = yield (r ? cpu.load(1) : cpu.load(2));',
      'a = (r ? cpu.load(1) : cpu.load(2));',
    ],
    [
      'a branch whose test yields, in a branch',
      'a = r ? yield (yield cpu.load(3)) ? cpu.load(1) : cpu.load(2) : 0;',
      'a = r ? (cpu.load(3)) ? cpu.load(1) : cpu.load(2) : 0;',
    ],
    [
      'steps without semicolons',
      'a = b.x\nyield (r ? cpu.load(1) : cpu.load(2))\nyield cpu.pause()',
      'a = b.x\nvoid ((r ? cpu.load(1) : cpu.load(2)))\nvoid cpu.pause()',
    ],
    ['a sequence', 'a = yield (b++, cpu.load(b));', 'a = (b++, cpu.load(b));'],
    ['a sequence as a statement', 'yield (b++, cpu.load(b));', 'void ((b++, cpu.load(b)));'],
    [
      'two after a comma',
      'yield cpu.pause(), yield cpu.pause();',
      'void cpu.pause(), cpu.pause();',
    ],
    ['an argument', 'yield cpu.store(1, yield cpu.load(2));', 'void cpu.store(1, cpu.load(2));'],
    ['a template', 'a = `${yield cpu.load(1)}`;', 'a = `${cpu.load(1)}`;'],
    [
      'a for',
      'for (a = yield cpu.load(1); a; yield cpu.pause());',
      'for (a = cpu.load(1); a; cpu.pause());',
    ],
    [
      'a switch',
      'switch (yield cpu.load(1)) { case 1: yield cpu.pause() }',
      'switch (cpu.load(1)) { case 1: void cpu.pause() }',
    ],
    ['a label', 'out: yield cpu.pause();', 'out: void cpu.pause();'],
    ['a comment between', 'a = yield /* old */ cpu.load(1);', 'a = /* old */ cpu.load(1);'],
    [
      'what is private',
      'cpu.count.steals++; a = cpu.random.below(3) + cpu.task.vma;',
      'cpu.count.steals++; a = cpu.random.below(3) + cpu.task.vma;',
    ],
    [
      'plain memory',
      'cpu.memory.set(1, cpu.memory.get(2)); const { task } = cpu;',
      'cpu.memory.set(1, cpu.memory.get(2)); const { task } = cpu;',
    ],
    ['other uses of the name', 'a = { cpu: 1 }.cpu + b.cpu;', 'a = { cpu: 1 }.cpu + b.cpu;'],
  ];
  for (const [name, source, expected] of inBody) {
    it(`derives ${name}`, () => {
      assert.equal(derive(steps(source), { file, form: 'direct' }).code, plain(expected));
    });
  }

  const whole: [name: string, source: string, expected: string][] = [
    ['a function expression', 'const f = function* (cpu) {};', 'const f = function (cpu) {};'],
    ['a star after a comment', 'function /* * */ *f(cpu) {}', 'function /* * */ f(cpu) {}'],
    ['a default export', 'export default function*(cpu) {}', 'export default function(cpu) {}'],
    [
      'a method',
      'class A { *lock(cpu) { yield cpu.load(this.a * 2); } }',
      'class A { lock(cpu) { void cpu.load(this.a * 2); } }',
    ],
    [
      'a static, private and computed method',
      "class A { static *a(cpu) {} *#b(cpu) {} *['c'](cpu) {} }",
      "class A { static a(cpu) {} #b(cpu) {} ['c'](cpu) {} }",
    ],
    [
      'a method of an object',
      'export default { *lock(cpu) {}, x: 2 * 3 };',
      'export default { lock(cpu) {}, x: 2 * 3 };',
    ],
    [
      'a field before it without a semicolon',
      'class A { get\n*lock(cpu) {} }',
      'class A { get;\nlock(cpu) {} }',
    ],
    ['a steps function that uses no cpu', 'class A { *isolate() {} }', 'class A { isolate() {} }'],
    [
      'nothing, where there is nothing',
      'export const a = 1 * 2;\ntry { a(); } catch {}\n',
      'export const a = 1 * 2;\ntry { a(); } catch {}\n',
    ],
  ];
  for (const [name, source, expected] of whole) {
    it(`derives ${name}`, () => {
      assert.equal(derive(source, { file, form: 'direct' }).code, expected);
    });
  }

  const refused: [name: string, source: string, line: number, column: number, message: RegExp][] = [
    ['a forgotten yield of a step', steps('cpu.store(1, 2);'), 2, 1, /^a step without `yield`/],
    [
      'a forgotten yield of a call',
      steps('  a.enqueue(cpu);'),
      2,
      3,
      /^a call with `cpu` among its arguments without `yield`/,
    ],
    [
      'a forgotten yield in a condition',
      steps('if (a.tryLock(cpu)) b = 1;'),
      2,
      5,
      /without `yield`/,
    ],
    ['a step among arguments', steps('yield cpu.store(1, cpu.load(2));'), 2, 20, /^a step without/],
    [
      'a step in a test under a yield',
      steps('yield cpu.load(1) ? cpu.load(2) : cpu.load(3);'),
      2,
      7,
      /^a step without/,
    ],
    [
      'a step before the last of a sequence',
      steps('yield (cpu.load(1), cpu.load(2));'),
      2,
      8,
      /^a step without/,
    ],
    ['a step by a computed name', steps("cpu['load'](1);"), 2, 1, /^a step without/],
    ['an optional call', steps('yield a.downgrade?.(cpu);'), 2, 7, /not a step/],
    [
      'a step in a plain function',
      'function f(cpu) { cpu.load(1); }',
      1,
      19,
      /^a step outside a steps function/,
    ],
    [
      'a step in an arrow function',
      steps('a.map((x) => cpu.load(x));'),
      2,
      14,
      /outside a steps function/,
    ],
    [
      'a step among default arguments',
      'function* f(cpu, a = cpu.load(1)) {}',
      1,
      22,
      /^a step without/,
    ],
    ['a plain helper that takes cpu', 'const f = (cpu) => g(1, cpu);', 1, 20, /give|another name/],
    ['yield*', steps('yield* a.lock(cpu);'), 2, 1, /^`yield\*` is not steps code/],
    ['a bare yield', steps('yield\ncpu.pause();'), 2, 1, /^`yield` without a step/],
    ['yield of a number', steps('a = yield 5;'), 2, 11, /not a step/],
    ['yield of a plain call', steps('yield a.next();'), 2, 7, /not a step/],
    ['yield of what is private', steps('yield cpu.random.below(3);'), 2, 7, /not a step/],
    ['yield of a yield', steps('yield yield cpu.load(1);'), 2, 7, /not a step/],
    ['a branch that is no step', steps('yield r ? cpu.load(1) : 0;'), 2, 25, /not a step/],
    ['a logical operator', steps('yield r && cpu.load(1);'), 2, 7, /not a step/],
    ['an ordinary generator', 'function* count() {\n  yield 1;\n}', 2, 9, /not a step/],
    ['try', steps('try { yield cpu.pause(); } finally { a = 1; }'), 2, 1, /^`try` in steps code/],
    ['async', 'async function* f(cpu) { yield cpu.pause(); }', 1, 1, /cannot be async/],
    ['an async method', 'class A { async *f(cpu) {} }', 1, 19, /cannot be async/],
    ['cpu under another name', steps('const c = cpu;'), 2, 11, /do not keep it under another name/],
    ['cpu in an object', steps('a.x = { cpu };'), 2, 9, /do not keep it/],
    ['cpu given to a constructor', steps('new a(cpu);'), 2, 7, /do not keep it/],
    ['a syntax error', 'let a = ;\n', 1, 9, /^Unexpected token$/],
  ];
  for (const [name, source, line, column, message] of refused) {
    it(`refuses ${name}`, () => {
      assert.throws(
        () => derive(source, { file, form: 'direct' }),
        (error) => {
          assert.ok(error instanceof DeriveError);
          assert.equal(error.file, file);
          assert.deepEqual([error.line, error.column], [line, column]);
          assert.match(error.problems[0]?.message ?? '', message);
          assert.ok(error.message.startsWith(`${file}:${line}:${column}: `));
          return true;
        },
      );
    });
  }

  it('reports every fault at once, in the order of the text', () => {
    assert.throws(
      () => derive(steps('cpu.load(1);\nyield 3;\na.f(cpu);'), { file, form: 'direct' }),
      (error) =>
        error instanceof DeriveError &&
        error.problems.map(({ line }) => line).join() === '2,3,4' &&
        error.message.split('\n').length === 3,
    );
  });

  it('maps each position of the code to the source', () => {
    const source = steps('const x = yield cpu.load(1); yield cpu.store(x, 1);');
    const { code, map } = derive(source, { file, form: 'direct' });
    const line = code.split('\n')[1] ?? '';
    for (const word of ['load', 'store', 'x,']) {
      const segment = map.mappings[1]?.find(([column]) => column === line.indexOf(word));
      assert.deepEqual(segment?.slice(1, 4), [0, 1, source.split('\n')[1]?.indexOf(word)]);
    }
    assert.deepEqual(map.sources, [file]);
  });
});
