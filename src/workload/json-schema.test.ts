import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { firstWorkload } from '../cli/init-template.js';
import { parseText, workloadText } from './parse.test-support.js';
import { workloadJsonSchema } from './schema.js';

type Schema = Readonly<Record<string, unknown>>;

/** Keywords that say something to a reader and decide nothing. */
const silent = new Set(['$schema', 'title', 'description', 'default', 'examples']);

/** What is wrong with a value by the part of draft-7 that our schema uses; a keyword that it does not know throws. */
function faultsOf(schema: Schema, value: unknown, path: string): string[] {
  return Object.entries(schema).flatMap(([keyword, rule]) =>
    silent.has(keyword) ? [] : check(keyword, rule, schema, value, path),
  );
}

function check(
  keyword: string,
  rule: unknown,
  schema: Schema,
  value: unknown,
  path: string,
): string[] {
  const fault = (bad: boolean): string[] => (bad ? [`${path}: ${keyword}`] : []);
  const fields = isMapping(value) ? value : undefined;
  const number = typeof value === 'number' ? value : undefined;
  const properties = (schema.properties ?? {}) as Readonly<Record<string, Schema>>;
  switch (keyword) {
    case 'type':
      return fault(!isOfType(rule as string, value));
    case 'const':
      return fault(value !== rule);
    case 'enum':
      return fault(!(rule as unknown[]).includes(value));
    case 'pattern':
      return fault(typeof value === 'string' && !new RegExp(rule as string, 'u').test(value));
    case 'minLength':
      return fault(typeof value === 'string' && value.length < (rule as number));
    case 'minItems':
      return fault(Array.isArray(value) && value.length < (rule as number));
    case 'minimum':
      return fault(number !== undefined && number < (rule as number));
    case 'maximum':
      return fault(number !== undefined && number > (rule as number));
    case 'exclusiveMinimum':
      return fault(number !== undefined && number <= (rule as number));
    case 'required':
      return fault(fields !== undefined && !(rule as string[]).every((key) => key in fields));
    case 'properties':
      return Object.entries(properties).flatMap(([key, inner]) =>
        fields !== undefined && key in fields ? faultsOf(inner, fields[key], `${path}.${key}`) : [],
      );
    case 'additionalProperties':
      return Object.entries(fields ?? {}).flatMap(([key, inner]) => {
        if (key in properties || rule === true) return [];
        return rule === false
          ? [`${path}.${key}: unknown`]
          : faultsOf(rule as Schema, inner, `${path}.${key}`);
      });
    case 'items':
      return Array.isArray(value)
        ? value.flatMap((inner, i) => faultsOf(rule as Schema, inner, `${path}[${i}]`))
        : [];
    case 'anyOf':
    case 'oneOf': {
      const fitting = (rule as Schema[]).filter(
        (inner) => faultsOf(inner, value, path).length === 0,
      );
      return fault(keyword === 'oneOf' ? fitting.length !== 1 : fitting.length === 0);
    }
    default:
      throw new Error(`no check for ${keyword} at ${path}`);
  }
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case 'object':
      return isMapping(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

const schema = workloadJsonSchema() as Schema;
const faults = (text: string): string[] => faultsOf(schema, parse(text), '');

test('the schema for editors accepts what the validator accepts', () => {
  const folder = new URL('../../workloads/', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  assert.equal(files.length, 7);
  for (const file of files) {
    assert.deepEqual(faults(readFileSync(new URL(file, folder), 'utf8')), [], file);
  }
  assert.deepEqual(faults(firstWorkload), []);
});

test('what the schema for editors refuses, the validator refuses too', () => {
  const right = workloadText(
    '{ op: fault, region: heap, pages: 2, span: 8, weight: 1 }',
    'gate: { p99: { max_rise: 5% } }\n',
  );
  assert.deepEqual(faults(right), []);
  for (const [from, to] of [
    ['name: test', 'name: a b'],
    ['name: test', 'nam: test'],
    ['kind: anon', 'kind: anonn'],
    ['pages: 1024', 'pages: 0'],
    ['threads: 100%', 'threads: 0'],
    ['threads: 100%', 'threads: few'],
    ['threads: 100%', 'threads: 1, think: 20'],
    ['threads: 100%', 'threads: 1, rate: 20us'],
    ['span: 8', 'span: all'],
    ['span: 8', 'acess: read'],
    ['op: fault', 'op: falt'],
    ['weight: 1', 'weight: 0'],
    ['[mutex', '[{ mmap_lock: mutex }'],
    ['[mutex', '[{ name: m, mmap_lock: mutex, gup: slow }'],
    ['5%', '5'],
  ] as const) {
    const wrong = right.replace(from, to);
    assert.notEqual(wrong, right);
    assert.notDeepEqual(faults(wrong), [], `${from} → ${to}`);
    assert.equal(parseText(wrong).workload, undefined, `${from} → ${to}`);
  }
});
