import { Command, CommanderError } from 'commander';
import { commands } from './commands.js';
import type { CommandEntry } from './commands.js';
import { wantsColour, widthOf } from './context.js';
import type { Context, Runner } from './context.js';
import { exitStatus, exitStatusHelp } from './exit-status.js';
import type { ExitStatus } from './exit-status.js';
import { describeFault } from './fault.js';
import { readVersion, versionFlags } from './version.js';

/**
 * Runs the command that `context.commandLine` names.
 * Never throws: what no command expected becomes status 6 and a message that says what to report.
 */
export async function main(
  context: Context,
  entries: readonly CommandEntry[] = commands,
): Promise<ExitStatus> {
  const words = context.commandLine;
  let status: ExitStatus = exitStatus.ok;
  try {
    const program = createProgram(context);
    await addCommands(program, entries, context, async (body) => {
      status = await body();
    });
    if (words.length === 0) program.help({ error: true });
    await program.parseAsync(words, { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitStatus.ok : exitStatus.usage;
    }
    context.stderr.write(describeFault(error, readVersion(), words));
    return exitStatus.internal;
  }
}

function createProgram(context: Context): Command {
  const program = new Command('mmlock');
  program
    .description('Benchmarks locking strategies for Linux memory management.')
    .version(readVersion(), versionFlags.join(', '), 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', `\n${exitStatusHelp}`)
    .showHelpAfterError('(mmlock --help lists commands, mmlock COMMAND --help lists options)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      getOutHelpWidth: () => widthOf(context.stdout, context.env),
      getErrHelpWidth: () => widthOf(context.stderr, context.env),
      getOutHasColors: () => wantsColour(context.stdout, context.env),
      getErrHasColors: () => wantsColour(context.stderr, context.env),
    });
  return program;
}

/** Adds every command, but loads the code of only the one that is called. */
async function addCommands(
  program: Command,
  entries: readonly CommandEntry[],
  context: Context,
  run: Runner,
): Promise<void> {
  const plain = context.commandLine.filter((word) => !word.startsWith('-'));
  const called = plain[0] === 'help' ? plain[1] : plain[0];
  for (const { name, usage, summary, load } of entries) {
    if (name === called) {
      const command = (await load())(context, run);
      command.copyInheritedSettings(program).summary(summary).usage(usage);
      for (const sub of command.commands) sub.copyInheritedSettings(command);
      command.addHelpText('after', `\n${exitStatusHelp}`);
      program.addCommand(command);
    } else {
      program.command(name).summary(summary).usage(usage);
    }
  }
}
