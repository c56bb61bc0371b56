import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { derive } from '../machine/derive.js';

/**
 * Joins what a worker of the simulator loads, in conditional form: a step that can be taken at once costs no yield,
 * which is most of what a step costs. The same trials come out as of the modules as they are written.
 */
/** Where steps code is; the simulator itself has none but the way into the kernel. */
const stepsCode =
  /[/]dist[/](machine|locks|mm|strategies|workload)[/].*[.]js$|[/]entered-operations[.]js$/;

await build({
  entryPoints: [fileURLToPath(new URL('../engines/sim/worker.js', import.meta.url))],
  outfile: fileURLToPath(new URL('../engines/sim/bundle/worker.js', import.meta.url)),
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  logLevel: 'warning',
  plugins: [
    {
      name: 'conditional-form',
      setup: (bundler) => {
        bundler.onLoad({ filter: stepsCode }, ({ path }) => ({
          contents: derive(readFileSync(path, 'utf8'), {
            file: basename(path),
            form: 'conditional',
          }).code,
          loader: 'js',
        }));
      },
    },
  ],
});
