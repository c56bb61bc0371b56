import type { ScalingGroup } from '../results/scaling.js';
import { plotLines, severalMark } from './plot.js';

/** Told apart at a glance first; letters follow. */
const marks = 'ox+*#@%&abcdefghijklmnpqrstuvwyz';
const markOf = (index: number): string => marks.charAt(index % marks.length);

const widest = 100;
const lines = 16;

/** The curves as characters, with a legend; no lines without a point. */
export function sweepPlot({ headline, curves }: ScalingGroup, width: number): string[] {
  const measured = curves.filter(({ points }) => points.length > 0);
  const series = measured.map(({ points }, index) => ({
    mark: markOf(index),
    points: points.map(({ cpus, throughput }) => [cpus, throughput.value] as const),
  }));
  const inner = Math.min(width, widest) - 1;
  const plot = plotLines(series, { width: inner, height: lines });
  if (plot.length === 0) return [];
  const legend = measured.map(({ strategy }, index) => `${markOf(index)} ${strategy}`);
  const several = plot.some((line) => line.includes(severalMark)) ? [`${severalMark} several`] : [];
  return [
    ` ${headline.unit} by number of CPUs`,
    ...plot.map((line) => ` ${line}`),
    ...legendLines([...legend, ...several], inner),
  ];
}

function legendLines(entries: readonly string[], width: number): string[] {
  const found: string[] = [];
  for (const entry of entries) {
    const last = found.at(-1);
    if (last !== undefined && last.length + 3 + entry.length <= width) {
      found[found.length - 1] = `${last}   ${entry}`;
    } else {
      found.push(` ${entry}`);
    }
  }
  return found;
}
