import { InvalidArgumentError } from 'commander';
import { mostCpus } from '../engines/sim/machine-schema.js';

/**
 * Reads `--cpus` of a sweep: `1,2,4,8`, and with an ellipsis (`…`, `..` or `...`) a pattern that goes on up to a last
 * number, which is always part of it: `1,2,4…256` doubles, `8,16,24..80` adds 8, `1..8` is every number. Throws
 * InvalidArgumentError with what is wrong; the numbers rise.
 */
export function cpuList(text: string): readonly number[] {
  const words = text
    .replace(/,?\s*(?:…|\.{2,3})\s*,?/g, ',…,')
    .replace(/^,…|…,$/g, '…')
    .split(',')
    .map((word) => word.trim());
  const list: number[] = [];
  let goesOn = false;
  for (const [at, word] of words.entries()) {
    if (word === '…') {
      if (goesOn || list.length === 0 || at === words.length - 1) {
        throw new InvalidArgumentError('An ellipsis stands between numbers, as in 1,2,4…256.');
      }
      goesOn = true;
      continue;
    }
    const next = wholeNumber(word);
    const last = list.at(-1);
    if (last !== undefined && next <= last) {
      throw new InvalidArgumentError(`The numbers must rise, and ${next} comes after ${last}.`);
    }
    if (goesOn) list.push(...between(list, next));
    goesOn = false;
    list.push(next);
  }
  return list;
}

function wholeNumber(word: string): number {
  const value = /^\d+$/.test(word) ? Number(word) : NaN;
  if (Number.isInteger(value) && value >= 1 && value <= mostCpus) return value;
  const what = word === '' ? 'There is nothing between two commas' : `${word} is no number of CPUs`;
  throw new InvalidArgumentError(
    `${what}: give whole numbers from 1 to ${mostCpus} with commas, as in 1,2,4…256.`,
  );
}

/** What the pattern of the last numbers gives between them and `end`. */
function between(list: readonly number[], end: number): number[] {
  const next = stepOf(list);
  const found: number[] = [];
  for (let value = next(list.at(-1) ?? end); value < end; value = next(value)) found.push(value);
  return found;
}

/** How the last numbers go on: by a difference, or by a factor. */
function stepOf(list: readonly number[]): (value: number) => number {
  const [a = 0, b, c] = list.slice(-3);
  if (b === undefined) return (value) => value + 1;
  if (c === undefined) {
    if (b % a === 0) {
      const sum = `${a},${b},${2 * b - a}…`;
      const product = `${a},${b},${(b * b) / a}…`;
      throw new InvalidArgumentError(
        `${a},${b}… could go on in two ways: write ${product} or ${sum}.`,
      );
    }
    return (value) => value + (b - a);
  }
  if (c - b === b - a) return (value) => value + (c - b);
  if (b * b === a * c && c % b === 0) return (value) => value * (c / b);
  throw new InvalidArgumentError(
    `${a},${b},${c}… goes on neither by a difference nor by a factor: write every number.`,
  );
}
