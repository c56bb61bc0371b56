import { z } from 'zod';
import { parseDuration, parsePercent, parseRate, parseSize, type Parsed } from './units.js';

type Text = (text: string) => Parsed<unknown>;
type ValueOf<P extends Text> =
  Extract<ReturnType<P>, { ok: true }> extends { value: infer V } ? V : never;

/** How an editor is told of a value that is written as text and read as a number. */
interface EditorHint {
  readonly type?: 'string' | readonly ['string', 'integer'] | readonly ['string', 'boolean'];
  readonly anyOf?: readonly Readonly<Record<string, unknown>>[];
  readonly pattern?: string;
  readonly examples?: readonly unknown[];
}

/**
 * A value with a reader of its own: one place for its meaning, its message and what an editor is told.
 * A missing key shows as the custom issue with `missing` set.
 */
export function scalar<T>(read: (value: unknown) => Parsed<T>, hint: EditorHint) {
  return z
    .unknown()
    .meta({ ...hint })
    .transform((value, context): T => {
      const parsed: Parsed<T> =
        value === undefined ? { ok: false, message: 'missing' } : read(value);
      if (parsed.ok) return parsed.value;
      context.addIssue({
        code: 'custom',
        message: parsed.message,
        params: { missing: value === undefined },
      });
      return z.NEVER;
    });
}

const quantity =
  <P extends Text>(parse: P, what: string, example: string) =>
  (value: unknown): Parsed<ValueOf<P>> => {
    if (typeof value === 'string') return parse(value) as Parsed<ValueOf<P>>;
    if (typeof value === 'number') {
      return { ok: false, message: `${value} has no unit: write the ${what} as ${example}` };
    }
    return { ok: false, message: `expected a ${what} such as ${example}` };
  };

const number = '^\\d+(\\.\\d+)?\\s*';

const readDuration = quantity(parseDuration, 'duration', '20us');
const readPercent = quantity(parsePercent, 'percentage', '75%');

const durationHint = {
  type: 'string',
  pattern: `${number}(ns|us|µs|ms|s)$`,
  examples: ['20us'],
} as const;

/** ns. */
export const duration = () => scalar(readDuration, durationHint);

/** ns, more than none. */
export const positiveDuration = () =>
  scalar((value) => {
    const parsed = readDuration(value);
    return parsed.ok && parsed.value <= 0
      ? { ok: false, message: 'must be longer than 0' }
      : parsed;
  }, durationHint);

/** A share, 0 to 1. */
export const percent = () =>
  scalar(readPercent, { type: 'string', pattern: `${number}%$`, examples: ['50%'] });

/** A share, or `auto`. */
export const margin = () =>
  scalar(
    (value): Parsed<number | 'auto'> =>
      value === 'auto' ? { ok: true, value: 'auto' } : readPercent(value),
    { anyOf: [{ type: 'string', pattern: `${number}%$` }, { const: 'auto' }], examples: ['5%'] },
  );

/** Bytes. */
export const size = () =>
  scalar(quantity(parseSize, 'size', '512MiB'), {
    type: 'string',
    pattern: `${number}(KiB|MiB|GiB)$`,
    examples: ['512MiB'],
  });

/** Times a second. */
export const rate = () =>
  scalar(
    (value) => {
      const parsed = quantity(parseRate, 'rate', '5000/s')(value);
      return parsed.ok && parsed.value <= 0
        ? { ok: false, message: 'a rate must be above 0/s' }
        : parsed;
    },
    { type: 'string', pattern: `${number}/s$`, examples: ['5000/s'] },
  );

/** A number of threads, or a share of those that numbered roles leave. */
export type ThreadCount = { readonly count: number } | { readonly share: number };

export const threads = () =>
  scalar<ThreadCount>(
    (value) => {
      if (typeof value === 'number') {
        return Number.isInteger(value) && value >= 1 && value <= 1024
          ? { ok: true, value: { count: value } }
          : { ok: false, message: `a role needs 1 to 1024 threads, not ${value}` };
      }
      if (typeof value !== 'string' || !value.includes('%')) {
        return { ok: false, message: 'expected a number of threads, or a percentage such as 75%' };
      }
      const parsed = parsePercent(value);
      if (!parsed.ok) return parsed;
      return parsed.value > 0
        ? { ok: true, value: { share: parsed.value } }
        : { ok: false, message: 'a role needs at least one thread, not 0%' };
    },
    {
      anyOf: [
        { type: 'integer', minimum: 1, maximum: 1024 },
        { type: 'string', pattern: `${number}%$` },
      ],
      examples: ['75%', 1],
    },
  );

/** Pages of a thread's own; 0 is `shared`, the whole region. */
export const span = () =>
  scalar(
    (value): Parsed<number> => {
      if (value === 'shared') return { ok: true, value: 0 };
      return typeof value === 'number' && Number.isInteger(value) && value >= 1
        ? { ok: true, value }
        : { ok: false, message: 'expected a number of pages from 1, or shared' };
    },
    { anyOf: [{ type: 'integer', minimum: 1 }, { const: 'shared' }] },
  );

/** A share written as a percentage, or as true (all) or false (none). */
export const shareOrFlag = () =>
  scalar(
    (value): Parsed<number> => {
      if (typeof value === 'boolean') return { ok: true, value: value ? 1 : 0 };
      if (typeof value === 'string') return parsePercent(value);
      return { ok: false, message: 'expected a percentage such as 20%, or true or false' };
    },
    { anyOf: [{ type: 'boolean' }, { type: 'string', pattern: `${number}%$` }] },
  );

/** Pages, or `none`, which is 0. */
export const pagesOrNone = () =>
  scalar(
    (value): Parsed<number> => {
      if (value === 'none') return { ok: true, value: 0 };
      return typeof value === 'number' && Number.isInteger(value) && value >= 1
        ? { ok: true, value }
        : { ok: false, message: 'expected a number of pages from 1, or none' };
    },
    { anyOf: [{ type: 'integer', minimum: 1 }, { const: 'none' }] },
  );

/** A bound of a metric: a plain number, a duration (in ns), or a rate (a second). */
export const bound = () =>
  scalar(
    (value): Parsed<number> => {
      if (typeof value === 'number' && Number.isFinite(value)) return { ok: true, value };
      if (typeof value !== 'string') {
        return {
          ok: false,
          message: 'expected a number, a duration such as 50us or a rate such as 5000/s',
        };
      }
      if (value.includes('/')) return parseRate(value);
      return value.includes('%') ? parsePercent(value) : parseDuration(value);
    },
    {
      anyOf: [{ type: 'number' }, { type: 'string', pattern: `${number}(ns|us|µs|ms|s|/s|%)$` }],
    },
  );

/**
 * A mapping with these keys and no others. The message of an unknown-key issue is the list of the keys
 * that would be right, separated by spaces; `issues.ts` makes the sentence of it.
 */
export function block<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : undefined,
  });
}

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** A name that can stand in a table, a file name and a claim. */
export const name = () =>
  z.string().regex(namePattern, {
    error:
      'a name has 1 to 64 letters, digits, dots, dashes and underscores, and starts with a letter or digit',
  });
