import type { z } from 'zod';
import { nearest } from '../strategies/nearest.js';
import { diagnosticCodes, type Diagnostic } from './diagnostic.js';
import { valueAt } from './matrix-content.js';
import { operationNames } from './plan.js';
import type { Path, WorkloadSource } from './source.js';
import { orList } from './units.js';

type Issue = z.core.$ZodIssue;

/** What the schema found wrong, as diagnostics at the place in the file. */
export function issueDiagnostics(source: WorkloadSource, issues: readonly Issue[]): Diagnostic[] {
  return issues.flatMap((issue) => describe(source, issue, issue.path as Path));
}

function describe(source: WorkloadSource, issue: Issue, path: Path): Diagnostic[] {
  const { unknownWord, missingKey, outOfRange, wrongType, unit } = diagnosticCodes;
  const key = keyOf(path);
  const value = valueAt(source.content, path);
  const one = (code: Diagnostic['code'], message: string) => [
    source.diagnostic(code, path, message),
  ];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((word) => unknownKey(source, path, word, issue.message.split(' ')));
    case 'invalid_type':
      if (value === undefined) return [missing(source, path)];
      return one(wrongType, `${key} must be ${typeName(issue.expected)}, not ${show(value)}`);
    case 'invalid_value':
      if (value === undefined) return [missing(source, path)];
      return [word(source, path, key, value, issue.values.map(String))];
    case 'invalid_union':
      return union(source, issue, path, value);
    case 'too_small':
    case 'too_big':
      return one(outOfRange, sizeMessage(issue, key, value));
    case 'invalid_format':
      return one(unknownWord, `${show(value)} cannot be a name: ${issue.message}`);
    case 'custom': {
      if (issue.params?.missing === true) return [missing(source, path)];
      const code = typeof value === 'string' ? unit : outOfRange;
      return one(code, `${key}: ${issue.message}`);
    }
    default:
      return one(missingKey, `${key}: ${issue.message}`);
  }
}

function missing(source: WorkloadSource, path: Path): Diagnostic {
  const parent = path.slice(0, -1);
  const message = `missing key "${keyOf(path)}"${within(parent)}`;
  return source.diagnostic(diagnosticCodes.missingKey, parent, message);
}

function unknownKey(
  source: WorkloadSource,
  parent: Path,
  key: string,
  valid: readonly string[],
): Diagnostic {
  const path = [...parent, key];
  const message = `unknown key "${key}"${within(parent)} — ${suggest(key, valid)}`;
  return source.diagnostic(diagnosticCodes.unknownKey, path, message, 'key');
}

function word(
  source: WorkloadSource,
  path: Path,
  key: string,
  value: unknown,
  valid: readonly string[],
): Diagnostic {
  const { unknownWord, wrongType } = diagnosticCodes;
  if (typeof value !== 'string') {
    const message = `${key} must be ${valid.length > 8 ? 'a word' : orList(valid)}, not ${show(value)}`;
    return source.diagnostic(wrongType, path, message);
  }
  return source.diagnostic(unknownWord, path, unknownWordMessage(key, value, valid));
}

/** The sentence for a word that names nothing, with the nearest that does. */
export function unknownWordMessage(
  what: string,
  value: string,
  valid: readonly string[],
  none = `there is no ${what}`,
): string {
  return `unknown ${what} "${value}" — ${valid.length === 0 ? none : suggest(value, valid)}`;
}

function suggest(value: string, valid: readonly string[]): string {
  const near = nearest(value, valid);
  if (near !== undefined) return `did you mean "${near}"?`;
  return `use ${valid.length > 20 ? `one of ${valid.slice(0, 20).join(', ')}, …` : orList(valid)}`;
}

type UnionIssue = Extract<Issue, { code: 'invalid_union' }>;

function union(
  source: WorkloadSource,
  issue: UnionIssue,
  path: Path,
  value: unknown,
): Diagnostic[] {
  if (issue.discriminator !== undefined) {
    if (value === undefined) return [missing(source, path)];
    return [word(source, path, 'operation', value, operationNames)];
  }
  // The alternative that was meant is the one whose own type fits; the others fail at their root.
  const meant = issue.errors.find((errors) =>
    errors.every((error) => error.path.length > 0 || error.code !== 'invalid_type'),
  );
  if (meant !== undefined) {
    return meant.flatMap((error) => describe(source, error, [...path, ...(error.path as Path)]));
  }
  const { notAvailable, wrongType } = diagnosticCodes;
  if (path[0] === 'strategies' && value === null) {
    const message =
      'null is YAML\'s "nothing", no strategy: without any lock the model would race; "private" is the upper bound';
    return [source.diagnostic(notAvailable, path, message)];
  }
  const expected = issue.errors
    .flat()
    .map((error) => (error.code === 'invalid_type' ? typeName(error.expected) : ''))
    .filter((name) => name !== '');
  const message = `${keyOf(path)} must be ${orList([...new Set(expected)])}, not ${show(value)}`;
  return [source.diagnostic(wrongType, path, message)];
}

type SizeIssue = Extract<Issue, { code: 'too_small' | 'too_big' }>;

function sizeMessage(issue: SizeIssue, key: string, value: unknown): string {
  const small = issue.code === 'too_small';
  const limit = Number(small ? issue.minimum : issue.maximum);
  if (issue.origin === 'array') return `${key} needs at least ${limit} ${entries(limit)}`;
  if (issue.origin === 'string') return `${key} must not be empty`;
  if (issue.inclusive === false) return `${key} must be above ${limit}, not ${show(value)}`;
  return `${key} must be at ${small ? 'least' : 'most'} ${limit}, not ${show(value)}`;
}

const entries = (limit: number): string => (limit === 1 ? 'entry' : 'entries');

function typeName(expected: string): string {
  switch (expected) {
    case 'string':
      return 'text';
    case 'int':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'object':
      return 'a mapping';
    case 'array':
      return 'a list';
    default:
      return expected;
  }
}

/** `roles[0].ops[1]`; '' for the top of the file. */
export function dotted(path: Path): string {
  return path
    .map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`))
    .join('');
}

const within = (path: Path): string => (path.length === 0 ? '' : ` in ${dotted(path)}`);

/** The key of a value, or for an entry of a list the list's key with its place. */
function keyOf(path: Path): string {
  const last = path.at(-1);
  if (typeof last === 'string') return last;
  return last === undefined ? 'the file' : `${keyOf(path.slice(0, -1))}[${last}]`;
}

function show(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return JSON.stringify(value);
}
