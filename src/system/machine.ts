import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { absent, found, unreadable, type Reading } from './reading.js';

/** Text of a file, by its path. */
export type ReadText = (path: string) => Reading<string>;

/** What can be asked of a machine. All that is known of one is read through this, so that it can be recorded. */
export interface Machine {
  /** Logical CPUs that this process may use. */
  readonly cpus: number;
  /** Load averages over 1, 5 and 15 minutes. */
  readonly load: Reading<readonly number[]>;
  readonly read: ReadText;
  /** Names of what is in a directory, in no order. */
  readonly list: (path: string) => Reading<readonly string[]>;
  readonly hasCommand: (name: string) => boolean;
  /** The same machine a while before, to tell what counts up as a rate; null where nobody looked. */
  readonly earlier: { readonly machine: Machine; readonly seconds: number } | null;
}

/** The machine as it is now. Files are read when they are asked for. */
export function thisMachine(): Machine {
  return {
    cpus: availableParallelism(),
    // Node gives zeros there, which would read as an idle machine.
    load: process.platform === 'win32' ? absent('Windows has no load average') : found(loadavg()),
    read: (path) => attempt(path, () => readFileSync(path, 'utf8')),
    list: (path) => attempt(path, () => readdirSync(path)),
    hasCommand,
    earlier: null,
  };
}

/** Looks at the machine twice, `seconds` apart; the second time also with what the first look read. */
export async function lookTwice<T>(seconds: number, look: (machine: Machine) => T): Promise<T> {
  const begin = performance.now();
  const first = remembering(thisMachine());
  look(first);
  await setTimeout(seconds * 1000);
  const passed = (performance.now() - begin) / 1000;
  return look({ ...thisMachine(), earlier: { machine: first, seconds: passed } });
}

/** Reads everything once, and gives that again. */
function remembering(machine: Machine): Machine {
  const texts = new Map<string, Reading<string>>();
  const lists = new Map<string, Reading<readonly string[]>>();
  return {
    ...machine,
    read: (path) => remember(texts, path, machine.read),
    list: (path) => remember(lists, path, machine.list),
  };
}

function remember<T>(known: Map<string, T>, path: string, read: (path: string) => T): T {
  const value = known.get(path) ?? read(path);
  known.set(path, value);
  return value;
}

function attempt<T>(path: string, read: () => T): Reading<T> {
  if (process.platform !== 'linux' && /^\/(proc|sys|run)\//.test(path)) {
    return absent(`only Linux tells, and this is ${process.platform}`);
  }
  try {
    return found(read());
  } catch (error) {
    return explain(path, error);
  }
}

function explain(path: string, error: unknown): Reading<never> {
  const { code } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return absent(`${path} does not exist`);
    case 'EACCES':
    case 'EPERM':
      return unreadable(`${path} may not be read by this user`);
    default:
      return unreadable(`${path} cannot be read (${code ?? String(error)})`);
  }
}

/** Many a PATH lacks the folder of administrators' commands, and `sudo` finds them there nevertheless. */
const administratorFolders = ['/usr/sbin', '/sbin', '/usr/local/sbin'];

function hasCommand(name: string): boolean {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...folders, ...administratorFolders].some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
