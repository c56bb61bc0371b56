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

/** A module of a lock, with another text. */
export interface Replaced {
  /** The lock, or another module of `src/locks` that is to be imported. */
  readonly lock: string;
  /** Which of the modules it consists of differs. */
  readonly module: string;
  readonly text: string;
}

/**
 * What the lock's module exports, with `text` in place of one of its modules. Each is a folder of its own, named
 * after `id`, so that nothing is shared with another.
 *
 * @throws Error if the module cannot be loaded
 */
export async function mutatedModule(
  directory: string,
  id: number,
  { lock, module, text }: Replaced,
): Promise<Readonly<Record<string, unknown>>> {
  const folder = join(directory, `mutant-${id}`);
  mkdirSync(folder, { recursive: true });
  for (const each of modulesOf(lock)) {
    const file = join(folder, `${each}.js`);
    if (each === module) writeFileSync(file, text);
    else copyFileSync(lockFile(each), file);
  }
  return (await import(pathToFileURL(join(folder, `${lock}.js`)).href)) as Record<string, unknown>;
}

/** As `mutatedModule`, the definition of the lock. */
export async function mutatedLock(
  directory: string,
  id: number,
  replaced: Replaced,
): Promise<LockDefinition> {
  const exported = Object.values(await mutatedModule(directory, id, replaced));
  const found = exported.find((each) => (each as LockDefinition).name === replaced.lock);
  if (found === undefined) throw new Error(`${replaced.lock} is not exported by its module`);
  return found as LockDefinition;
}
