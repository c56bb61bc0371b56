import { nearest } from '../strategies/nearest.js';

/** A value read from text, or a sentence about what is wrong with it. */
export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

const nanoseconds: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
};
const bytes: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };
const rates: Readonly<Record<string, number>> = { '/s': 1 };

/** The longest duration a workload may name: an hour, in ns. */
export const longestDurationNs = 3600e9;

/** `20us` in ns, rounded to whole ones. Units ns, us (or µs), ms, s. */
export function parseDuration(text: string): Parsed<number> {
  const parsed = parseQuantity(text, nanoseconds, 'duration', '20us');
  if (!parsed.ok) return parsed;
  const ns = Math.round(parsed.value);
  if (ns > longestDurationNs) {
    return {
      ok: false,
      message: `"${text}" is longer than an hour, the longest duration there is`,
    };
  }
  return { ok: true, value: ns };
}

/** As `parseDuration`, of what would mean something else when rounded: a fraction of a ns is refused. */
export function parseWholeDuration(text: string): Parsed<number> {
  const parsed = parseDuration(text);
  const exact = parseQuantity(text, nanoseconds, 'duration', '20us');
  if (!parsed.ok || !exact.ok) return parsed;
  return Math.abs(exact.value - parsed.value) < 1e-6
    ? parsed
    : { ok: false, message: `"${text}" is no whole number of ns` };
}

/** `512MiB` in bytes. Units KiB, MiB, GiB. */
export function parseSize(text: string): Parsed<number> {
  const parsed = parseQuantity(text, bytes, 'size', '512MiB');
  return parsed.ok ? { ok: true, value: Math.round(parsed.value) } : parsed;
}

/** `5000/s` as a number per second. */
export function parseRate(text: string): Parsed<number> {
  return parseQuantity(text, rates, 'rate', '5000/s');
}

/** `75%` as a share, 0 to 1. */
export function parsePercent(text: string): Parsed<number> {
  const parsed = parseQuantity(text, { '%': 0.01 }, 'percentage', '75%');
  if (!parsed.ok) return parsed;
  if (parsed.value > 1) return { ok: false, message: `"${text}" is more than 100%` };
  return parsed;
}

function parseQuantity(
  text: string,
  units: Readonly<Record<string, number>>,
  what: string,
  example: string,
): Parsed<number> {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(\S*)\s*$/.exec(text);
  const number = match?.[1];
  const unit = match?.[2];
  if (number === undefined || unit === undefined) {
    return { ok: false, message: `"${text}" is not a ${what}: write it as ${example}` };
  }
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (factor === undefined) {
    const names = Object.keys(units).filter((name) => name !== 'µs');
    if (unit === '') {
      return { ok: false, message: `"${text}" has no unit: a ${what} ends in ${orList(names)}` };
    }
    const near = nearest(unit, names);
    const hint = near === undefined ? `use ${orList(names)}` : `did you mean "${number}${near}"?`;
    return { ok: false, message: `unknown unit "${unit}" in the ${what} "${text}" — ${hint}` };
  }
  return { ok: true, value: Number(number) * factor };
}

/** `a, b or c`. */
export function orList(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

/** ns in the largest unit that is not greater, in as few digits as say it exactly: `parseDuration` reads it back. */
export function formatDuration(ns: number): string {
  if (ns >= 1e9) return `${ns / 1e9}s`;
  if (ns >= 1e6) return `${ns / 1e6}ms`;
  if (ns >= 1e3) return `${ns / 1e3}us`;
  return `${ns}ns`;
}

/** Bytes in KiB, MiB or GiB with at most one decimal: for a screen. What is needed is best rounded up. */
export function formatSize(size: number, round: (value: number) => number = Math.round): string {
  const [unit, factor] =
    size >= 2 ** 30 ? ['GiB', 2 ** 30] : size >= 2 ** 20 ? ['MiB', 2 ** 20] : ['KiB', 2 ** 10];
  return `${round((size / factor) * 10) / 10}${unit}`;
}
