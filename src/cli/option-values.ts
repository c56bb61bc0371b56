import { InvalidArgumentError } from 'commander';
import { nearest } from '../strategies/nearest.js';
import { metricNames, metricOf, type Metric } from '../workload/metrics.js';
import { orList } from '../workload/units.js';
import type { Parsed } from '../workload/units.js';

/** Makes one of the workload's own readers of quantities (`20us`, `512MiB`) a reader of an option's value. */
export function quantity(parse: (text: string) => Parsed<number>): (text: string) => number {
  return (text) => {
    const parsed = parse(text);
    if (!parsed.ok) throw new InvalidArgumentError(`${parsed.message}.`);
    return parsed.value;
  };
}

/** A whole number from `least` on. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (!Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`It must be a whole number, ${least} or more.`);
    }
    return value;
  };
}

/** A seed of 32 bits: decimal, or hexadecimal as screens and file names show it (`0x91c2`). */
export function seedValue(text: string): number {
  const value = /^(\d+|0x[\da-f]+)$/i.test(text) ? Number(text) : NaN;
  if (!(value <= 0xffffffff)) {
    throw new InvalidArgumentError(
      'It must be a whole number below 2^32, decimal or hexadecimal (0x91c2).',
    );
  }
  return value;
}

const longestLine = 100;

/** A text that stays in one line of a table, wherever it is printed later. */
export function oneLine(text: string): string {
  const line = text.trim();
  if (line === '' || line.length > longestLine || /\p{Cc}/u.test(line)) {
    throw new InvalidArgumentError(
      `It must be one line of 1 to ${longestLine} characters, none of them a control character.`,
    );
  }
  return line;
}

/** `a,b`, given once or more often. */
export function nameList(text: string, before: readonly string[] | undefined): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.some((name) => name === '')) {
    throw new InvalidArgumentError('It must be names separated by commas, such as a,b.');
  }
  return [...(before ?? []), ...names];
}

/** `a,b`, each the name of a metric, given once or more often. */
export function metricList(text: string, before: readonly string[] | undefined): readonly string[] {
  const names = nameList(text, before);
  for (const name of names) metricNamed(name);
  return names;
}

/** What the name of a metric means; a near miss is told which it may have meant. */
export function metricNamed(name: string): Metric {
  const metric = metricOf(name);
  if (metric !== undefined) return metric;
  const near = nearest(name, metricNames);
  throw new InvalidArgumentError(
    `There is no metric ${name}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
  );
}

/** One of a few words; a near miss is told which it may have meant. */
export function oneOf<const T extends string>(words: readonly T[]): (text: string) => T {
  return (text) => {
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    const near = nearest(text, words);
    const hint = near === undefined ? '' : ` Did you mean ${near}?`;
    throw new InvalidArgumentError(`It must be ${orList(words)}.${hint}`);
  };
}
