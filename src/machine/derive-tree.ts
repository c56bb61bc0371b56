import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import MagicString, { SourceMap as EncodedMap } from 'magic-string';
import { derive, DeriveError } from './derive.js';
import { parseModule, positionOf, walk } from './derive-syntax.js';

/** Folders whose modules all have a direct form. */
const folders = [
  'machine',
  'locks',
  'mm',
  'strategies',
  'measure',
  'workload/actor',
  'engines/threads',
];

/** Single modules that have one. */
const modules = /^workload\/(actor[^/]*|plan|run-layout|operation-steps)\.js$/;

/** Modules that have one if a derived module imports them. */
const ifImported = /^(workload\/[^/]+|engines\/[^/]+)\.js$/;

/** Modules in `folders` that no worker needs: the derivation itself, test machines, and what reads files. */
const leftOut =
  /\.test(-[^/]*)?\.js$|(^|\/)test-[^/]*$|^machine\/(derive|interleave)[^/]*$|^locks\/read-[^/]*$/;

const advice =
  'workers load derived modules and node: only (see machine/derive-tree); move what is needed into a ' +
  'derived folder, or name this file test-… or ….test-… if only tests use it';

/** What went wrong, each as `file:line:column: problem`. */
export type TreeProblem = string;

/**
 * Writes the direct form of the compiled modules below `dist` to `dist/direct`, laid out alike, so that
 * their relative imports stay among themselves. What was there before is removed.
 *
 * @returns every problem found; nothing is written if there is one.
 */
export function deriveTree(dist: string): TreeProblem[] {
  const target = join(dist, 'direct');
  rmSync(target, { recursive: true, force: true });
  const problems: TreeProblem[] = [];
  const outputs = new Map<string, { code: string; map: string }>();
  const pending = listModules(dist);
  const known = new Set(pending);
  for (let path = pending.shift(); path !== undefined; path = pending.shift()) {
    const source = readFileSync(join(dist, path), 'utf8');
    const origin = readOrigin(join(dist, `${path}.map`));
    try {
      for (const { specifier, offset } of importsOf(source, path)) {
        const imported = posix.join(posix.dirname(path), specifier);
        if (known.has(imported)) continue;
        if (ifImported.test(imported) && existsSync(join(dist, imported))) {
          known.add(imported);
          pending.push(imported);
          continue;
        }
        const place = locate(path, origin, positionOf(source, offset));
        problems.push(`${place}: imports ${specifier}, which has no direct form: ${advice}`);
      }
      const { code, map } = derive(source, { file: posix.basename(path), form: 'direct' });
      outputs.set(path, { code, map: composeMap(map, path, origin) });
    } catch (error) {
      if (!(error instanceof DeriveError)) throw error;
      for (const problem of error.problems) {
        problems.push(`${locate(path, origin, problem)}: ${problem.message}`);
      }
    }
  }
  if (problems.length > 0) return problems;
  for (const [path, { code, map }] of outputs) {
    const file = join(target, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, code);
    writeFileSync(`${file}.map`, map);
  }
  return problems;
}

/** Paths, relative to `dist` and with `/`, of the modules to derive. */
export function listModules(dist: string): string[] {
  return readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter(
      (path) =>
        path.endsWith('.js') &&
        !leftOut.test(path) &&
        (modules.test(path) || folders.some((folder) => path.startsWith(`${folder}/`))),
    )
    .sort();
}

interface Import {
  readonly specifier: string;
  readonly offset: number;
}

function importsOf(source: string, file: string): Import[] {
  const found: Import[] = [];
  walk(parseModule(source, file).program, (node) => {
    if (
      node.type === 'ImportDeclaration' ||
      node.type === 'ImportExpression' ||
      node.type === 'ExportNamedDeclaration' ||
      node.type === 'ExportAllDeclaration'
    ) {
      const from = node.source;
      if (from?.type !== 'Literal' || typeof from.value !== 'string') return;
      if (!from.value.startsWith('node:')) {
        found.push({ specifier: from.value, offset: from.start });
      }
    }
  });
  return found;
}

/** A compiled module's way back to its TypeScript. */
interface Origin {
  readonly find: (
    line: number,
    column: number,
  ) => { source: string; line: number; column: number } | undefined;
}

const readOrigin = (mapFile: string): Origin | undefined => {
  if (!existsSync(mapFile)) return undefined;
  const map = new SourceMap(
    JSON.parse(readFileSync(mapFile, 'utf8')) as ConstructorParameters<typeof SourceMap>[0],
  );
  return {
    find: (line, column) => {
      const entry = map.findEntry(line, column);
      if (!('originalSource' in entry)) return undefined;
      return {
        source: entry.originalSource,
        line: entry.originalLine,
        column: entry.originalColumn,
      };
    },
  };
};

/** `src/machine/x.ts:3:5`, or the place in the compiled module where there is no map. */
function locate(
  path: string,
  origin: Origin | undefined,
  at: { line: number; column: number },
): string {
  const found = origin?.find(at.line - 1, at.column - 1);
  if (found === undefined) return `dist/${path}:${at.line}:${at.column}`;
  const file = posix.join('dist', posix.dirname(path), found.source);
  return `${file}:${found.line + 1}:${found.column + 1}`;
}

/** The map from derived text to TypeScript, for stack traces, as JSON. */
function composeMap(
  map: ReturnType<MagicString['generateDecodedMap']>,
  path: string,
  origin: Origin | undefined,
): string {
  if (origin === undefined) return new EncodedMap(map).toString();
  let source = '';
  const mappings = map.mappings.map((segments) =>
    segments.flatMap((segment): [number, number, number, number][] => {
      if (segment.length === 1) return [];
      const found = origin.find(segment[2], segment[3]);
      if (found === undefined) return [];
      source = found.source;
      return [[segment[0], 0, found.line, found.column]];
    }),
  );
  // One folder deeper than the compiled module.
  const sources = [posix.join('..', source)];
  return new EncodedMap({ file: posix.basename(path), sources, names: [], mappings }).toString();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = deriveTree(fileURLToPath(new URL('..', import.meta.url)));
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}
