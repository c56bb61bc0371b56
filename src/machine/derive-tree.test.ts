import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { AnyNode } from 'acorn';
import { isFunction, parseModule, walk } from './derive-syntax.js';
import { deriveTree, listModules } from './derive-tree.js';

const scratch = mkdtempSync(join(tmpdir(), 'mmlock-derive-'));
after(() => {
  rmSync(scratch, { recursive: true });
});

let trees = 0;
const treeOf = (files: Record<string, string>): string => {
  const dist = join(scratch, `tree-${trees++}`, 'dist');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dist, path)), { recursive: true });
    writeFileSync(join(dist, path), text);
  }
  return dist;
};
const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.js'))
    .sort();

describe('deriveTree', () => {
  it('derives what workers load, laid out alike, and leaves out tests, test machines and the rest', async () => {
    const dist = treeOf({
      'machine/add.js': 'export function* add(cpu) { return yield cpu.add(1, 2); }',
      'machine/derive.js': "import 'acorn';",
      'machine/interleaver.js': 'export {};',
      'machine/add.test.js': "import './interleaver.js';",
      'locks/lock.test-support.js': "import '../machine/interleaver.js';",
      'locks/test-lock.js': "import '../machine/interleaver.js';",
      'locks/read-user-lock.js': "import '../machine/derive.js';",
      'workload/actor.js': "import 'node:fs'; import '../engines/trial.js';",
      'workload/actor/loop.js': "export { add } from '../../machine/add.js';",
      'workload/plan.js': 'export {};',
      'workload/parse.js': "import 'yaml';",
      'workload/layout.js': 'export {};',
      'engines/trial.js': 'export {};',
      'engines/engine.js': 'export {};',
      'engines/threads/worker.js': "import '../../workload/layout.js';",
      'direct/machine/stale.js': 'export {};',
    });
    assert.deepEqual(deriveTree(dist), []);
    assert.deepEqual(filesBelow(join(dist, 'direct')), [
      'engines/threads/worker.js',
      'engines/trial.js',
      'machine/add.js',
      'workload/actor.js',
      'workload/actor/loop.js',
      'workload/layout.js',
      'workload/plan.js',
    ]);
    const loaded = (await import(
      pathToFileURL(join(dist, 'direct/workload/actor/loop.js')).href
    )) as { add: (cpu: { add: (a: number, b: number) => number }) => number };
    assert.equal(loaded.add({ add: (a, b) => a * 10 + b }), 12);
  });

  it('names every import that leaves the derived set, and every broken rule, and writes nothing', () => {
    const dist = treeOf({
      'locks/a.js': "import { b } from '../cli/b.js';\nexport function f(cpu) { cpu.load(1); }",
      'mm/c.js': "const d = import('./d.test.js');\nimport 'yaml';",
      'mm/d.test.js': 'export {};',
    });
    const problems = deriveTree(dist);
    assert.equal(problems.length, 4);
    assert.match(
      problems[0] ?? '',
      /^dist\/locks\/a\.js:1:19: imports \.\.\/cli\/b\.js, which has no/,
    );
    assert.match(problems[1] ?? '', /^dist\/locks\/a\.js:2:26: a step outside a steps function/);
    assert.match(problems[2] ?? '', /^dist\/mm\/c\.js:1:18: imports \.\/d\.test\.js/);
    assert.match(problems[3] ?? '', /^dist\/mm\/c\.js:2:8: imports yaml, which has no direct form/);
    assert.equal(existsSync(join(dist, 'direct')), false);
  });

  it('gives the place in the TypeScript source where there is a map', () => {
    const dist = treeOf({
      'mm/a.js': 'function f(cpu) {\n    cpu.load(1);\n}\n//# sourceMappingURL=a.js.map',
      'mm/a.js.map': JSON.stringify({
        version: 3,
        sources: ['../../src/mm/a.ts'],
        names: [],
        // Line 2, column 5 of the code is line 7, column 3 of the source.
        mappings: 'AAAA;IAME',
      }),
    });
    assert.match(deriveTree(dist)[0] ?? '', /^src\/mm\/a\.ts:7:3: a step outside/);
  });
});

describe('the direct tree of this build', () => {
  const dist = fileURLToPath(new URL('..', import.meta.url));
  const parse = (path: string): AnyNode =>
    parseModule(readFileSync(join(dist, path), 'utf8'), path).program;

  it('has every module of the derived set, and no test', () => {
    const built = filesBelow(join(dist, 'direct'));
    for (const path of listModules(dist)) assert.ok(built.includes(path), `${path} is not derived`);
    assert.ok(built.includes('machine/cpu.js'));
    assert.deepEqual(
      built.filter((path) => /\.test|interleave/.test(path)),
      [],
    );
  });

  it('contains no generator and no yield', () => {
    const left: string[] = [];
    for (const path of filesBelow(join(dist, 'direct'))) {
      walk(parse(`direct/${path}`), (node) => {
        if (node.type === 'YieldExpression' || (isFunction(node) && node.generator)) {
          left.push(`${path}:${node.start}`);
        }
      });
    }
    assert.deepEqual(left, []);
  });

  it('comes from sources without ordinary generators: each has a `cpu`, or nothing to yield', () => {
    const ordinary: string[] = [];
    for (const path of listModules(dist)) {
      const yielding = new Set<AnyNode>();
      const generators: AnyNode[] = [];
      walk(parse(path), (node, _parent, within) => {
        if (node.type === 'YieldExpression' && within !== undefined) yielding.add(within);
        if (!isFunction(node) || !node.generator) return;
        if (node.params.some((param) => param.type === 'Identifier' && param.name === 'cpu'))
          return;
        generators.push(node);
      });
      for (const node of generators) {
        if (yielding.has(node)) ordinary.push(`${path}:${node.start}`);
      }
    }
    assert.deepEqual(ordinary, []);
  });

  it('maps its code back to the TypeScript', () => {
    const path = 'direct/machine/random.js';
    const code = readFileSync(join(dist, path), 'utf8');
    const map = new SourceMap(
      JSON.parse(readFileSync(join(dist, `${path}.map`), 'utf8')) as ConstructorParameters<
        typeof SourceMap
      >[0],
    );
    const line = code.slice(0, code.indexOf('below(bound)')).split('\n').length;
    const origin = map.findEntry(line - 1, 4);
    assert.ok('originalSource' in origin);
    assert.equal(origin.originalSource, '../../../src/machine/random.ts');
    const source = readFileSync(
      new URL(origin.originalSource, new URL('../direct/machine/', import.meta.url)),
      'utf8',
    );
    assert.match(source.split('\n')[origin.originalLine] ?? '', /below\(bound: number\)/);
    assert.match(code, /\/\/# sourceMappingURL=random\.js\.map\s*$/);
  });
});
