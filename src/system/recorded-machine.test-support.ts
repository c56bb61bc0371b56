import type { Machine, ReadText } from './machine.js';
import { absent, found, unreadable, type Reading } from './reading.js';

/** Files by their paths; null is one that may not be read. */
export type Tree = Readonly<Record<string, string | null>>;

export interface Recording {
  readonly cpus?: number;
  readonly load?: readonly number[];
  readonly commands?: readonly string[];
  readonly files: Tree;
  /** Files as they were a second before; those that are not named were the same. */
  readonly before?: Tree;
}

/** A machine that has these files and no others. */
export function recordedMachine(recording: Recording): Machine {
  const { cpus, load, commands, files, before } = recording;
  const machine: Machine = {
    cpus: cpus ?? 4,
    load: load === undefined ? absent('nobody recorded a load') : found(load),
    read: reader(files),
    list: (path) => listing(files, path),
    hasCommand: (name) => commands?.includes(name) === true,
    earlier: null,
  };
  if (before === undefined) return machine;
  const earlier = recordedMachine({ files: { ...files, ...before } });
  return { ...machine, earlier: { machine: earlier, seconds: 1 } };
}

const reader =
  (files: Tree): ReadText =>
  (path) => {
    const text = files[path];
    if (text === undefined) return absent(`${path} does not exist`);
    return text === null ? unreadable(`${path} may not be read by this user`) : found(text);
  };

function listing(files: Tree, folder: string): Reading<readonly string[]> {
  const names = Object.keys(files)
    .filter((path) => path.startsWith(`${folder}/`))
    .map((path) => path.slice(folder.length + 1).split('/')[0] ?? '');
  return names.length === 0 ? absent(`${folder} does not exist`) : found([...new Set(names)]);
}
