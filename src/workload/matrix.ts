import { diagnosticCodes } from './diagnostic.js';
import { unknownWordMessage } from './issues.js';
import { list, mapping, text } from './outline.js';
import type { Report } from './report-fault.js';
import type { Path, Substitution } from './source.js';

/** What a cell sets a knob to, as the file has it. */
export type KnobValue = string | number | boolean;

/** One combination of the values of `matrix:`. */
export interface MatrixCell {
  /** `threads=4,roles.faulter.think=10us`: the same in every run, whatever other values the matrix has. */
  readonly name: string;
  /** By the knobs, in the order of the file. */
  readonly values: Readonly<Record<string, KnobValue>>;
}

/** A cell, and what it changes in the file. */
export interface PlannedCell {
  readonly cell: MatrixCell;
  readonly substitutions: readonly Substitution[];
  /** Threads over all roles, and where the matrix says so; null: as without a matrix. */
  readonly threads: CellThreads | null;
}

export interface CellThreads {
  readonly count: number;
  readonly at: Path;
}

/** The knob that is no place in the file: threads over all roles, as `--threads` gives them. */
export const threadsKnob = 'threads';

/** More cells are a mistake: each runs every strategy in every block. */
const mostCells = 256;

/** Sections of a file that have knobs. */
const knobSections = ['space', 'roles', 'run', 'strategies'];

/**
 * Every combination of the matrix's values, the last knob changing fastest. Empty if the matrix is wrong; what the
 * schema does not see of that is reported.
 */
export function expandMatrix(content: unknown, report: Report): PlannedCell[] {
  const knobs = Object.entries(mapping(mapping(content).matrix)).map(([key, values]) =>
    readKnob(content, key, values, report),
  );
  if (knobs.length === 0) {
    const message = 'matrix needs a knob with its values, such as threads: [1, 2, 4]';
    report(diagnosticCodes.missingKey, ['matrix'], message, 'key');
    return [];
  }
  const count = knobs.reduce((product, knob) => product * (knob?.length ?? 0), 1);
  if (count > mostCells) {
    const message = `matrix has ${count} cells, and at most ${mostCells} are run at once: give it fewer values`;
    report(diagnosticCodes.outOfRange, ['matrix'], message, 'key');
    return [];
  }
  let cells: Setting[][] = [[]];
  for (const knob of knobs) {
    cells = cells.flatMap((cell) => (knob ?? []).map((setting) => [...cell, setting]));
  }
  return cells.map(planCell);
}

/** One value of one knob. */
interface Setting {
  readonly key: string;
  readonly value: KnobValue;
  /** What it replaces in the file; null for threads. */
  readonly path: Path | null;
  /** Where it stands. */
  readonly at: Path;
}

function planCell(settings: readonly Setting[]): PlannedCell {
  const threads = settings.find(({ path }) => path === null);
  return {
    cell: {
      name: settings.map(({ key, value }) => `${key}=${value}`).join(','),
      values: Object.fromEntries(settings.map(({ key, value }) => [key, value])),
    },
    substitutions: settings.flatMap(({ path, value, at }) =>
      path === null ? [] : [{ path, value, at }],
    ),
    threads: threads === undefined ? null : { count: Number(threads.value), at: threads.at },
  };
}

/** All values of a knob; undefined if it is wrong. */
function readKnob(
  content: unknown,
  key: string,
  written: unknown,
  report: Report,
): readonly Setting[] | undefined {
  const { contradiction, outOfRange, unknownWord } = diagnosticCodes;
  const path = key === threadsKnob ? null : findKnob(content, key);
  if (typeof path === 'string') {
    report(unknownWord, ['matrix', key], path, 'key');
    return undefined;
  }
  const values = list(written);
  const settings = values.flatMap((value, index): Setting[] => {
    const at: Path = ['matrix', key, index];
    if (!isKnobValue(value)) return [];
    if (values.findIndex((other) => String(other) === String(value)) < index) {
      report(contradiction, at, `${String(value)} is there twice: keep one`);
      return [];
    }
    if (path === null && !isThreads(value)) {
      report(outOfRange, at, `threads must be a whole number from 1 to 1024, not ${value}`);
      return [];
    }
    return [{ key, value, path, at }];
  });
  return settings.length === values.length && settings.length > 0 ? settings : undefined;
}

const isKnobValue = (value: unknown): value is KnobValue =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

const isThreads = (value: KnobValue): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 1024;

/**
 * The place that a knob's key names: keys with dots between them, and in a list the name of an entry (of an operation
 * its label, its `op`, or its number from 0). Keys need not be there yet: the schema knows which may be. A message if
 * there is no such place.
 */
function findKnob(content: unknown, key: string): Path | string {
  const words = key.split('.');
  const [section = ''] = words;
  if (!knobSections.includes(section)) {
    return unknownWordMessage('knob', section, [threadsKnob, ...knobSections]);
  }
  const path: (string | number)[] = [];
  let value: unknown = content;
  for (let at = 0; at < words.length;) {
    const word = words[at] ?? '';
    if (Array.isArray(value)) {
      const entry = findEntry(value, words.slice(at));
      if (typeof entry === 'string') return `${words.slice(0, at).join('.')} ${entry}`;
      path.push(entry.index);
      value = value[entry.index];
      at += entry.words;
      if (at === words.length) return `${key} is an entry of a list: name a key of it`;
      continue;
    }
    if (isKnobValue(value)) {
      return `${words.slice(0, at).join('.')} is a value, not a section that ${key} could be in`;
    }
    path.push(word);
    value = mapping(value)[word];
    at++;
  }
  if (typeof value === 'object' && value !== null) {
    return `${key} is a whole section: name a key in it`;
  }
  return path;
}

interface FoundEntry {
  readonly index: number;
  /** How many of the words name it: a name may have dots. */
  readonly words: number;
}

/** The entry of a list that the words begin with; or why there is none. */
function findEntry(entries: readonly unknown[], words: readonly string[]): FoundEntry | string {
  const names = entries.map((entry) => {
    const { name, label, op } = mapping(entry);
    return text(name) ?? text(label) ?? text(op);
  });
  for (let count = words.length; count > 0; count--) {
    const wanted = words.slice(0, count).join('.');
    const found = names.flatMap((name, index) => (name === wanted ? [index] : []));
    const [index, second] = found;
    if (second !== undefined) {
      return `has ${found.length} entries ${wanted}: name it by its number, from 0, or give it a label`;
    }
    if (index !== undefined) return { index, words: count };
  }
  const [first = ''] = words;
  if (/^\d+$/.test(first) && Number(first) < entries.length) {
    return { index: Number(first), words: 1 };
  }
  return `has no such entry: ${unknownWordMessage(
    'name',
    first,
    names.flatMap((name) => name ?? []),
  )}`;
}
