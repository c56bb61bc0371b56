/** A field that was not measured. */
export const absent = '—';

/** Three significant digits, never in exponent form: `6.12`, `61.2`, `612`. For values below 1000. */
function digits(value: number): string {
  if (!Number.isFinite(value)) return '∞';
  if (value >= 99.95) return value.toFixed(0);
  if (value >= 9.995) return value.toFixed(1);
  return value.toFixed(2);
}

const siSteps = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** A count or a rate with an SI prefix: `6.12M`, `312`, `4.51`. */
export function formatSi(value: number): string {
  for (const [scale, prefix] of siSteps) {
    if (value >= scale * 0.9995) return digits(value / scale) + prefix;
  }
  return Number.isInteger(value) ? String(value) : digits(value);
}

const timeSteps = [
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'µs'],
] as const;

/** A latency: `18.2µs` from 18,200 ns. */
export function formatNs(ns: number): string {
  for (const [scale, unit] of timeSteps) {
    if (ns >= scale * 0.9995) return digits(ns / scale) + unit;
  }
  return `${Number.isInteger(ns) || ns >= 99.95 ? ns.toFixed(0) : ns.toFixed(1)}ns`;
}

/** A length of time for a person to wait: `3m20s`, `45s`, `0.6s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.5) return `${seconds.toFixed(seconds < 1 ? 1 : 0)}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}m${String(whole % 60).padStart(2, '0')}s`;
  return `${Math.floor(minutes / 60)}h${String(minutes % 60).padStart(2, '0')}m`;
}

/** Minus as typeset, so that signed columns line up. */
const sign = (value: number): string => (value < 0 ? '−' : '+');

function signedPercent(ratio: number): string {
  const percent = (ratio - 1) * 100;
  if (!Number.isFinite(percent)) return '+∞';
  const size = Math.abs(percent);
  return sign(percent) + size.toFixed(size < 99.95 ? 1 : 0);
}

/** A ratio as a change: `−34.2%` from 0.658. */
export const formatChange = (ratio: number): string => `${signedPercent(ratio)}%`;

/** Bounds of a ratio as changes: `[−35.6,−33.1]`; empty where there is no interval. */
export const formatChangeInterval = (low: number | null, high: number | null): string =>
  low === null || high === null ? '' : `[${signedPercent(low)},${signedPercent(high)}]`;

/** Half-width of an interval, relative to its value: `±1.4%`; empty where there is no interval. */
export function formatSpread(value: number, low: number | null, high: number | null): string {
  if (low === null || high === null || value === 0) return '';
  if (!Number.isFinite(high)) return '±∞%';
  const half = (Math.max(high - value, value - low) / Math.abs(value)) * 100;
  return `±${half.toFixed(half < 9.95 ? 1 : 0)}%`;
}

/** A ratio as a multiple: `0.969×`, `12.3×`. */
export const formatMultiple = (ratio: number): string =>
  `${ratio < 9.9995 ? ratio.toFixed(3) : formatSi(ratio)}×`;

/** A share of 1: `11.1%`. */
export const formatShare = (share: number): string => `${(share * 100).toFixed(1)}%`;

/** A value in the unit of its metric: `612k/s`, `18.2µs`, `97.0%`. */
export function formatInUnit(value: number, unit: string): string {
  if (unit === 'ns') return formatNs(value);
  if (unit === 'share') return formatShare(value);
  return `${formatSi(value)}${unit.endsWith('/s') ? '/s' : ''}`;
}

/** Bytes with a binary prefix: `1.5 GiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1023.5 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value.toFixed(0) : digits(value)} ${units[unit] ?? ''}`;
}

const bars = '▁▂▃▄▅▆▇█';

/**
 * Values as bars from `least` to their greatest, each block or run in order, so that drift is seen. At most
 * `width` characters: where there are more values, each stands for the mean of its share of them.
 */
export function sparkline(values: readonly number[], width: number, least = 0): string {
  const greatest = Math.max(...values);
  if (values.length === 0 || greatest <= least) return '';
  const columns = Math.min(width, values.length);
  let line = '';
  for (let column = 0; column < columns; column++) {
    const from = Math.floor((column * values.length) / columns);
    const to = Math.max(from + 1, Math.floor(((column + 1) * values.length) / columns));
    const group = values.slice(from, to);
    const mean = group.reduce((sum, value) => sum + value, 0) / group.length;
    const height = ((mean - least) / (greatest - least)) * bars.length;
    line += bars.charAt(Math.max(0, Math.min(bars.length - 1, Math.floor(height))));
  }
  return line;
}
