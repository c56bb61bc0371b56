import type { Command } from 'commander';
import type { Context, Runner } from './context.js';

/** Builds a command with its options and its action, which hands its body to `run`. */
export type CommandFactory = (context: Context, run: Runner) => Command;

/** A command as `mmlock --help` lists it; its code is loaded only when it is the one called. */
export interface CommandEntry {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  readonly load: () => Promise<CommandFactory>;
}

/** In the order of `mmlock --help`. */
export const commands: readonly CommandEntry[] = [];
