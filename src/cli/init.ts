import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import type { CommandFactory } from './commands.js';
import type { Context } from './context.js';
import { exitStatus, type ExitStatus } from './exit-status.js';
import { firstWorkload } from './init-template.js';

/** `mmlock init [FILE]`: writes a first workload, never over a file. */
export const initCommand: CommandFactory = (context, run) =>
  new Command('init')
    .argument('[file]', 'the file to write', 'workload.yaml')
    .action((file: string) => run(() => init(file, context)));

/** Writes the first workload to `file`; status 2, and a message, if it is there or cannot be written. */
export async function init(file: string, context: Context): Promise<ExitStatus> {
  try {
    await writeFile(resolve(context.directory, file), firstWorkload, { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    const why =
      error.code === 'EEXIST'
        ? 'is there already, and is left as it is: name another file'
        : `cannot be written: ${error.message}`;
    context.stderr.write(`${file}: error  ${why}\n`);
    return exitStatus.usage;
  }
  context.stdout.write(`wrote ${file}; next: mmlock bench ${file}\n`);
  return exitStatus.ok;
}
