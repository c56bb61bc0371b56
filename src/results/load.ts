import { isAscii } from 'node:buffer';
import { z } from 'zod';
import { decodeHistogram, SavedHistogram } from '../measure/histogram-codec.js';
import { migrate, type Old } from './migrate.js';
import { readBytes } from './read-bytes.js';
import { resultFormat, schemaVersion, type Result } from './result.js';
import type { SavedResult, SavedTrial } from './save.js';
import { savedResult } from './saved-schema.js';
import type { Trial } from '../engines/trial.js';
import { explainSystemError } from './system-error.js';

/** A result, or why the file is none, as a message for the user that names the file. */
export type Loaded =
  { readonly ok: true; readonly result: Result } | { readonly ok: false; readonly message: string };

/** Reads a result file. `shown` is how the user named it. */
export function loadResult(path: string, shown = path): Loaded {
  const text = readText(path, shown);
  return text.ok ? parseResult(text.text, shown) : text;
}

/** The same, of a text. */
export function parseResult(text: string, shown: string): Loaded {
  const checked = checkText(text, shown);
  if (!checked.ok) return checked;
  try {
    return { ok: true, result: decodeResult(checked.saved, decodeTrial) };
  } catch (error) {
    return refuse(shown, describeDamage(error));
  }
}

/**
 * The same as `loadResult`, where many are read for a few figures of each: everything is checked but the histograms.
 * These are decoded when they are looked at, which throws an Error for `describeDamage` where one is damaged.
 */
export function openResult(path: string, shown = path): Loaded {
  const text = readText(path, shown);
  if (!text.ok) return text;
  const checked = checkText(text.text, shown);
  return checked.ok ? { ok: true, result: decodeResult(checked.saved, openTrial) } : checked;
}

/** What to tell the user of a histogram that could not be decoded. */
export function describeDamage(error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  return `is damaged: ${why}; take an intact copy, or run bench again`;
}

type Refused = Extract<Loaded, { ok: false }>;

function readText(
  path: string,
  shown: string,
): { readonly ok: true; readonly text: string } | Refused {
  try {
    const bytes = readBytes(path);
    // Node decodes UTF-8 thirty times as slowly as what it knows to be ASCII, which a result is.
    return { ok: true, text: bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8') };
  } catch (error) {
    const why = explainSystemError(error);
    return refuse(
      shown,
      `cannot be read: ${why}; give the path of a result file, as bench named it`,
    );
  }
}

/** The result as it stands in the text, in the present schema, with its histograms as text. */
function checkText(
  text: string,
  shown: string,
): { readonly ok: true; readonly saved: SavedResult } | Refused {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return refuse(shown, explainSyntax(text, error));
  }
  const header = headerSchema.safeParse(json);
  if (!header.success || header.data.format !== resultFormat) {
    return refuse(
      shown,
      'is JSON, but not a result of mmlock (it has no "format": "mmlock-result"); ' +
        'give a file that `mmlock bench` wrote',
    );
  }
  const { schemaVersion: version, mmlock } = header.data;
  if (version > schemaVersion) {
    const writer = mmlock?.version === undefined ? 'a newer mmlock' : `mmlock ${mmlock.version}`;
    return refuse(
      shown,
      `was written by ${writer} in schema ${version}, and this mmlock reads schemas up to ` +
        `${schemaVersion}; read it with the mmlock that wrote it, or update this one`,
    );
  }
  const migrated = migrate(json as Old, version);
  const saved = savedResult.safeParse(migrated);
  if (!saved.success) return refuse(shown, explainIssues(saved.error));
  // The schema has checked what an analysis reads; the rest, and the order of the keys, stay as they are.
  return { ok: true, saved: migrated as SavedResult };
}

const headerSchema = z.looseObject({
  format: z.string(),
  schemaVersion: z.number(),
  mmlock: z.looseObject({ version: z.string() }).optional().catch(undefined),
});

const refuse = (shown: string, what: string): Refused => ({
  ok: false,
  message: `${shown}: ${what}`,
});

function explainSyntax(text: string, error: unknown): string {
  if (text.trim() === '') return 'is empty; the run that was to write it did not get that far';
  const why = error instanceof Error ? error.message : String(error);
  // Every result ends with a closing brace, so a text that opens with one and does not was cut off.
  const cutOff =
    !text.trimEnd().endsWith('}') ||
    /end of JSON|Unterminated/.test(why) ||
    why.includes(`at position ${text.length}`);
  if (text.startsWith('{') && cutOff) {
    return (
      `is truncated: the JSON breaks off after ${Buffer.byteLength(text)} bytes; ` +
      'copy it again from where it was written, or run bench again'
    );
  }
  return `is not JSON (${why.replace(/\s+/g, ' ')}); give a result file that \`mmlock bench\` wrote`;
}

const shownIssues = 3;

function explainIssues(error: z.ZodError): string {
  const issues = error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  const more = issues.length - shownIssues;
  return (
    `is a result of mmlock, but damaged: ${issues.slice(0, shownIssues).join('; ')}` +
    `${more > 0 ? `; and ${more} more` : ''}; take an intact copy, or run bench again`
  );
}

function decodeResult(saved: SavedResult, decode: (trial: SavedTrial) => Trial): Result {
  const workloads = saved.workloads.map(({ confirmation, trials, ...workload }) => ({
    ...workload,
    trials: trials.map(decode),
    confirmation:
      confirmation === null ? null : { ...confirmation, trials: confirmation.trials.map(decode) },
  }));
  return { ...saved, workloads };
}

const decodeTrial = (saved: SavedTrial): Trial => ({
  ...saved,
  rows: saved.rows.map((row) => ({
    ...row,
    latency: decodeHistogram(row.latency),
    wait: decodeHistogram(row.wait),
    hold: decodeHistogram(row.hold),
  })),
});

const openTrial = (saved: SavedTrial): Trial => ({
  ...saved,
  rows: saved.rows.map((row) => ({
    ...row,
    latency: new SavedHistogram(row.latency),
    wait: new SavedHistogram(row.wait),
    hold: new SavedHistogram(row.hold),
  })),
});
