import { readFileSync } from 'node:fs';
import { Argument, Command } from 'commander';
import type { Context, Runner } from './context.js';
import { widthOf } from './context.js';
import { exitStatus } from './exit-status.js';
import type { ExitStatus } from './exit-status.js';
import type { Catalogue, Entry } from './catalogue.js';
import { wrapText } from '../report/wrap.js';
import { oneOf } from './option-values.js';
import { shippedWorkloads } from './shipped-workloads.js';

interface ListOptions {
  readonly verbose?: boolean;
  readonly format: 'text' | 'json';
}

const sectionNames = [
  'locks',
  'strategies',
  'workloads',
  'operations',
  'metrics',
  'machines',
] as const;
export type SectionName = (typeof sectionNames)[number];

/** `mmlock list [WHAT]`. */
export function listCommand(context: Context, run: Runner): Command {
  return new Command('list')
    .description('Lists what a workload or a command line can name.')
    .addArgument(
      new Argument('[what]', `one of ${sectionNames.join(', ')}; all unless said`).argParser(
        oneOf(sectionNames),
      ),
    )
    .option('--verbose', 'every field of each entry (locks: always), and every metric of each lock')
    .option('--format <form>', 'text or json', oneOf(['text', 'json']), 'text')
    .action((what: SectionName | undefined, options: ListOptions) =>
      run(() => list(what === undefined ? sectionNames : [what], options, context)),
    );
}

/** Prints the sections; with JSON, one object with an array for each. */
export function list(
  names: readonly SectionName[],
  options: ListOptions,
  context: Context,
): ExitStatus {
  const verbose = options.verbose === true;
  const catalogue = readCatalogue();
  const found = names.map((name) => [name, entriesOf(name, catalogue, verbose)] as const);
  if (options.format === 'json') {
    context.stdout.write(`${JSON.stringify(Object.fromEntries(found), null, 2)}\n`);
    return exitStatus.ok;
  }
  const width = widthOf(context.stdout, context.env);
  // What a lock declares of itself is what a list of locks is read for; in the list of everything it is too much.
  const inFull = verbose || (names.length === 1 && names[0] === 'locks');
  const texts = found.map(([name, entries]) => {
    const title = names.length > 1 ? `${name}\n` : '';
    return title + printEntries(entries, { inFull, width, ownLines: name === 'machines' });
  });
  context.stdout.write(texts.join('\n'));
  return exitStatus.ok;
}

/** What the build wrote: reading it takes a tenth of the time that loading what it lists takes. */
function readCatalogue(): Catalogue {
  const text = readFileSync(new URL('./catalogue.json', import.meta.url), 'utf8');
  return JSON.parse(text) as Catalogue;
}

function entriesOf(name: SectionName, catalogue: Catalogue, verbose: boolean): readonly Entry[] {
  if (name === 'workloads') return shippedWorkloads();
  const entries = catalogue[name];
  return name === 'metrics' && verbose ? [...entries, ...catalogue.lockMetrics] : entries;
}

/** Stands for a space at which no line is broken. */
const noBreak = '\u00a0';

interface Layout {
  readonly inFull: boolean;
  readonly width: number;
  /** Each field on a line of its own, as its value is a sentence. */
  readonly ownLines: boolean;
}

function printEntries(entries: readonly Entry[], { inFull, width, ownLines }: Layout): string {
  const column = Math.max(...entries.map(({ name }) => name.length)) + 4;
  const indent = ' '.repeat(column);
  return entries
    .map(({ name, about, ...fields }) => {
      const first = wrap(about, `  ${name}`.padEnd(column), column, width);
      if (!inFull) return first;
      const rest = Object.entries(fields).map(
        ([key, value]) => `${key}:${noBreak}${valueText(value)}`,
      );
      if (rest.length === 0) return first;
      const texts = ownLines ? rest : [rest.join('; ')];
      return first + texts.map((text) => wrap(text, indent, column, width)).join('');
    })
    .join('');
}

function valueText(value: string | number | boolean | null): string {
  if (value === true) return 'yes';
  if (value === false) return 'no';
  return String(value ?? 'not said');
}

/** `text` after `head`, broken between words, with later lines indented by `column`. */
function wrap(text: string, head: string, column: number, width: number): string {
  return wrapText(text, width, head, ' '.repeat(column))
    .replaceAll(noBreak, ' ')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
