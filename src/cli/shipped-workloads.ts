import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Entry } from './catalogue.js';

const folder = fileURLToPath(new URL('../../workloads/', import.meta.url));

/** The workloads that come with mmlock, by the paths under which they can be run from here. */
export function shippedWorkloads(directory = process.cwd()): readonly Entry[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => ({
      name: file.replace(/\.yaml$/, ''),
      about: aboutOf(readFileSync(join(folder, file), 'utf8')),
      path: relative(directory, join(folder, file)),
    }));
}

/** The value of the top-level `about:`. Read by its form, because a YAML parser takes longer to load than the list to print. */
export function aboutOf(yaml: string): string {
  const match = /^about:[ \t]*(?:[>|][-+]?[ \t]*\n)?(.*(?:\n[ \t]+\S.*)*)/m.exec(yaml);
  const text = (match?.[1] ?? '').replace(/\s+/g, ' ').trim();
  const quoted = /^(["'])(.*)\1$/.exec(text);
  return quoted?.[2] ?? text;
}
