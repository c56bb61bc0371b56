import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/**
 * Joins the direct form of what a child process and its workers load. Every trial has fresh workers, and to find, read
 * and link a hundred modules would take each of them longer than all else that it does before it is ready.
 */
const direct = fileURLToPath(new URL('../direct/', import.meta.url));
buildSync({
  entryPoints: ['block', 'worker'].map((entry) => `${direct}engines/threads/${entry}.js`),
  outdir: `${direct}bundle`,
  bundle: true,
  // Both import what they share: a worker must not have the child process's part in its code.
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  logLevel: 'warning',
});
