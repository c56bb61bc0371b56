import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { commands } from './commands.js';
import { captureContext } from './context.test-support.js';
import { exitStatus } from './exit-status.js';

const root = new URL('../../', import.meta.url);
const pages = [
  'README.md',
  ...readdirSync(new URL('docs/', root), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

/** Command lines in the fenced blocks of a page, without `mmlock` and without what is said of them behind. */
function commandLinesOf(page: string): string[] {
  const text = readFileSync(new URL(page, root), 'utf8');
  const blocks = [...text.matchAll(/^```(?:sh)?\n(.*?)^```$/gms)].map((match) => match[1] ?? '');
  return blocks.flatMap((block) =>
    [
      ...block
        .replace(/\\\n\s*/g, '')
        .matchAll(/^(?:\$ |npm ci && )?(?:npx )?mmlock (.*?)(?: {2,}.*| #.*)?$/gm),
    ].map((match) => match[1] ?? ''),
  );
}

/** Parses a command line and runs nothing; throws what commander finds wrong. */
async function parse(line: string): Promise<void> {
  const [name, ...words] = line.split(' ');
  const entry = commands.find((command) => command.name === name);
  assert.ok(entry, `no command ${name ?? ''}`);
  let ran = false;
  const run = (): Promise<void> => {
    ran = true;
    return Promise.resolve();
  };
  const command = (await entry.load())(captureContext().context, run);
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  await command.parseAsync(words, { from: 'user' });
  assert.ok(ran, `${line} asks for nothing`);
}

for (const page of pages) {
  for (const line of commandLinesOf(page)) {
    test(`${page}: mmlock ${line}`, () => parse(line));
  }
}

test('the pages show commands, and a wrong one is found', async () => {
  assert.ok(pages.flatMap(commandLinesOf).length > 10);
  await assert.rejects(parse('bench workload.yaml --straegy mutex'), /unknown option/);
  await assert.rejects(parse('validate'), /missing required argument/);
});

test('the README has every exit status', () => {
  const text = readFileSync(new URL('README.md', root), 'utf8');
  const column = [...text.matchAll(/^\| ([\d, ]+) \|/gm)].flatMap(([, cell = '']) =>
    cell.split(',').map(Number),
  );
  assert.deepEqual(
    column,
    Object.values(exitStatus).sort((a, b) => a - b),
  );
});
