import { formatSi } from './format.js';

/** One line of a plot: what stands at each of its points. */
export interface PlotSeries {
  readonly mark: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface PlotLayout {
  /** Characters, axis labels included. */
  readonly width: number;
  /** Lines between the axes. */
  readonly height: number;
}

/** What stands where several series are at one place. */
export const severalMark = '■';

/** From how much of a range on an axis is logarithmic: what is even on it would crowd at one end of a linear one. */
const logarithmicX = 8;
const logarithmicY = 30;

/**
 * Points as characters, with axes; x and y are above 0. Each axis is logarithmic where its range asks for it. Lines do not end with a
 * line feed; none without points.
 */
export function plotLines(series: readonly PlotSeries[], layout: PlotLayout): string[] {
  const points = series.flatMap((each) => each.points).filter(([x, y]) => x > 0 && y > 0);
  if (points.length === 0) return [];
  const xs = [...new Set(points.map(([x]) => x))].sort((a, b) => a - b);
  const ys = points.map(([, y]) => y);
  const y = verticalAxis(Math.min(...ys), Math.max(...ys), layout.height);
  const labels = new Map(y.ticks.map((value) => [y.place(value), formatSi(value)]));
  const margin = Math.max(...[...labels.values()].map((label) => label.length)) + 1;
  const columns = Math.max(8, layout.width - margin - 2);
  const x = horizontalAxis(xs, columns);
  const field = Array.from({ length: layout.height }, () => new Array<string>(columns).fill(' '));
  for (const { mark, points: own } of series) {
    for (const [at, value] of own) {
      const row = field[y.place(value)];
      const column = x(at);
      if (!(value > 0) || row === undefined) continue;
      const there = row[column] ?? ' ';
      row[column] = there === ' ' || there === mark ? mark : severalMark;
    }
  }
  const lines = field
    .map((row, at) => {
      const label = labels.get(at);
      return `${(label ?? '').padStart(margin)}${label === undefined ? '│' : '┤'}${row.join('').trimEnd()}`;
    })
    .reverse();
  return [...lines, ...horizontalLabels(xs, x, columns, margin)];
}

interface Axis {
  /** Row from the bottom. */
  readonly place: (value: number) => number;
  readonly ticks: readonly number[];
}

function verticalAxis(least: number, greatest: number, height: number): Axis {
  const logarithmic = greatest / least >= logarithmicY;
  const from = logarithmic ? Math.log(least) : 0;
  const to = logarithmic ? Math.log(greatest) : greatest;
  const scaled = (value: number): number => (logarithmic ? Math.log(value) : value);
  const place = (value: number): number =>
    to === from ? 0 : Math.round(((scaled(value) - from) / (to - from)) * (height - 1));
  const round = logarithmic ? roundLogarithmic(least, greatest) : roundLinear(greatest);
  // Two labels on neighbouring lines are hard to tell apart.
  const ticks: number[] = [];
  for (const value of round) {
    const last = ticks.at(-1);
    if (last === undefined || place(value) >= place(last) + 2) ticks.push(value);
  }
  return { place, ticks: ticks.length > 0 ? ticks : [greatest] };
}

/** Round numbers from 0, about four. */
function roundLinear(greatest: number): number[] {
  const rough = greatest / 4;
  const scale = 10 ** Math.floor(Math.log10(rough));
  const step = scale * ([1, 2, 5].find((factor) => factor * scale >= rough) ?? 10);
  return Array.from({ length: Math.floor(greatest / step) + 1 }, (_, at) => at * step);
}

/** 1, 2 and 5 of every power of ten in the range; the powers alone where it has many. */
function roundLogarithmic(least: number, greatest: number): number[] {
  const factors = greatest / least > 1e4 ? [1] : [1, 2, 5];
  const found: number[] = [];
  for (let power = Math.floor(Math.log10(least)); 10 ** power <= greatest; power++) {
    for (const factor of factors) {
      const value = factor * 10 ** power;
      if (value >= least && value <= greatest) found.push(value);
    }
  }
  return found;
}

/** Column of a value of x, from 0. */
function horizontalAxis(xs: readonly number[], columns: number): (x: number) => number {
  const least = xs[0] ?? 1;
  const greatest = xs.at(-1) ?? 1;
  const logarithmic = greatest / least >= logarithmicX;
  const scaled = (value: number): number => (logarithmic ? Math.log(value) : value);
  // Room for half a label at either end.
  const first = 1;
  const last = columns - 2;
  const span = scaled(greatest) - scaled(least);
  return (x) =>
    span === 0
      ? Math.floor(columns / 2)
      : first + Math.round(((scaled(x) - scaled(least)) / span) * (last - first));
}

function horizontalLabels(
  xs: readonly number[],
  place: (x: number) => number,
  columns: number,
  margin: number,
): string[] {
  const axis = new Array<string>(columns).fill('─');
  let labels = '';
  for (const x of xs) {
    axis[place(x)] = '┴';
    const label = String(x);
    const start = Math.max(0, place(x) - (label.length >> 1));
    if (labels !== '' && start < labels.length + 1) continue;
    labels = labels.padEnd(start) + label;
  }
  const indent = ' '.repeat(margin);
  return [`${indent}└${axis.join('')}`, `${indent} ${labels}`];
}
