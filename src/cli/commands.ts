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
export const commands: readonly CommandEntry[] = [
  {
    name: 'bench',
    usage: '[options] FILE…',
    summary: 'run workloads against their lock strategies, print a table, save the result',
    load: async () => (await import('./bench-command.js')).benchCommand,
  },
  {
    name: 'sweep',
    usage: '[options] FILE',
    summary: 'simulate a workload at many numbers of CPUs, and show how each strategy scales',
    load: async () => (await import('./sweep-command.js')).sweepCommand,
  },
  {
    name: 'merge',
    usage: '[options] SHARD…',
    summary: 'put the shards of a sweep together',
    load: async () => (await import('./merge-command.js')).mergeCommand,
  },
  {
    name: 'compare',
    usage: '[options] BASE HEAD…',
    summary: 'compare saved results, each with a verdict',
    load: async () => (await import('./compare-command.js')).compareCommand,
  },
  {
    name: 'baseline',
    usage: '[options] save|list|show|remove',
    summary: 'keep results under names that compare takes',
    load: async () => (await import('./baseline-command.js')).baselineCommand,
  },
  {
    name: 'doctor',
    usage: '[options]',
    summary: 'say what makes this machine noisy, and measure how noisy it is',
    load: async () => (await import('./doctor-command.js')).doctorCommand,
  },
  {
    name: 'verify',
    usage: '[options] [LOCK|FILE…]',
    summary:
      'explore every interleaving of a few threads on a lock, and show its fault or prove it right',
    load: async () => (await import('./verify-command.js')).verifyCommand,
  },
  {
    name: 'export',
    usage: '[options] RESULT',
    summary: 'write a saved result as CSV, for benchstat, Prometheus or HdrHistogram',
    load: async () => (await import('./export.js')).exportCommand,
  },
  {
    name: 'explain',
    usage: '[options] RESULT',
    summary: 'show where the time of an operation went, in a result of the engine sim',
    load: async () => (await import('./explain-command.js')).explainCommand,
  },
  {
    name: 'trend',
    usage: '[options] DIR…',
    summary: 'show what became of each strategy over a history of results',
    load: async () => (await import('./trend-command.js')).trendCommand,
  },
  {
    name: 'list',
    usage: '[options] [WHAT]',
    summary: 'list locks, strategies, workloads, operations, metrics and machines',
    load: async () => (await import('./list.js')).listCommand,
  },
  {
    name: 'validate',
    usage: '[options] FILE…',
    summary: 'check workload files without running them',
    load: async () => (await import('./validate.js')).validateCommand,
  },
  {
    name: 'schema',
    usage: '',
    summary: 'print the JSON Schema of workload files, for editors',
    load: async () => (await import('./schema.js')).schemaCommand,
  },
  {
    name: 'init',
    usage: '[FILE]',
    summary: 'write a first workload to start from',
    load: async () => (await import('./init.js')).initCommand,
  },
];
