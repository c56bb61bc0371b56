import { Command } from 'commander';
import { workloadJsonSchema } from '../workload/schema.js';
import type { CommandFactory } from './commands.js';
import { exitStatus } from './exit-status.js';

/** `mmlock schema`: the JSON Schema of workload files on standard output. */
export const schemaCommand: CommandFactory = (context, run) =>
  new Command('schema').action(() =>
    run(() => {
      context.stdout.write(schemaText());
      return exitStatus.ok;
    }),
  );

/** The schema as `docs/workload.schema.json` holds it. */
export const schemaText = (): string => `${JSON.stringify(workloadJsonSchema(), undefined, 2)}\n`;
