import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

describe('the package', () => {
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [manifest] = JSON.parse(packed) as [
    { readonly files: readonly { readonly path: string }[] },
  ];
  const paths = manifest.files.map(({ path }) => path);

  it('holds the command, both forms of the code, the types, the pages and the workloads', () => {
    const workloads = readdirSync(root).includes('workloads')
      ? readdirSync(join(root, 'workloads'), { recursive: true, encoding: 'utf8' })
          .filter((name) => name.endsWith('.yaml'))
          .map((name) => `workloads/${name}`)
      : [];
    const wanted = [
      'LICENSE',
      'README.md',
      'package.json',
      'bin/mmlock.cjs',
      'dist/index.d.ts',
      'dist/index.js',
      'dist/build.json',
      'dist/cli/catalogue.json',
      'dist/cli/main.js',
      'dist/engines/sim/machines/server-2s-64.yaml',
      'dist/machine/cpu.js',
      'dist/direct/machine/random.js',
      'dist/direct/bundle/block.js',
      'dist/direct/bundle/worker.js',
      'docs/writing-a-lock.md',
      ...workloads,
    ];
    for (const path of wanted) assert.ok(paths.includes(path), `${path} is not in the package`);
  });

  it('holds no test, no source and no result', () => {
    const left = paths.filter(
      (path) =>
        /\.test|\/test-|^(src|results|node_modules)\//.test(path) ||
        path.endsWith('.ts') !== path.endsWith('.d.ts'),
    );
    assert.deepEqual(left, []);
  });

  it('names entry points that exist', () => {
    const { bin, types, exports } = JSON.parse(
      readFileSync(join(root, 'package.json'), 'utf8'),
    ) as {
      bin: Record<string, string>;
      types: string;
      exports: { '.': Record<string, string> };
    };
    for (const path of [...Object.values(bin), types, ...Object.values(exports['.'])]) {
      assert.ok(existsSync(join(root, path)), path);
    }
  });
});
