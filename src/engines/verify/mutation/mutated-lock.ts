import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { LockDefinition } from '../../../locks/definition.js';

/** The compiled tree that locks are taken from. */
const tree = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/** The file of a module of `src/locks`, compiled. */
export const lockFile = (name: string): string => join(tree, 'locks', `${name}.js`);

/** The modules of `src/locks` that this one consists of: itself first, then what it imports. */
export function modulesOf(name: string): readonly string[] {
  const found = new Set([name]);
  for (const each of found) {
    for (const [, imported = ''] of readFileSync(lockFile(each), 'utf8').matchAll(
      / from '\.\/([\w-]+)\.js'/g,
    )) {
      found.add(imported);
    }
  }
  return [...found];
}

/** Where mutants are kept, with what they import of other folders. */
export function prepareMutants(directory: string): void {
  symlinkSync(join(tree, 'machine'), join(directory, 'machine'));
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
}

/**
 * The lock of that name, with `text` in place of one of its modules. Each mutant is a folder of its own, so
 * that nothing is shared with another.
 *
 * @throws Error if the module cannot be loaded
 */
export async function mutatedLock(
  directory: string,
  id: number,
  mutant: {
    readonly lock: string;
    readonly module: string;
    readonly text: string;
  },
): Promise<LockDefinition> {
  const folder = join(directory, `mutant-${id}`);
  mkdirSync(folder, { recursive: true });
  for (const each of modulesOf(mutant.lock)) {
    const file = join(folder, `${each}.js`);
    if (each === mutant.module) writeFileSync(file, mutant.text);
    else copyFileSync(lockFile(each), file);
  }
  const url = pathToFileURL(join(folder, `${mutant.lock}.js`)).href;
  const exported = Object.values((await import(url)) as Record<string, unknown>);
  const found = exported.find((each) => (each as LockDefinition).name === mutant.lock);
  if (found === undefined) throw new Error(`${mutant.lock} is not exported by its module`);
  return found as LockDefinition;
}
