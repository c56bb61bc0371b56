import { usualBlocks, type NoiseMeasure } from '../gate/noise-survey.js';
import { absent, formatChange, formatChangeInterval, formatShare } from './format.js';
import { cell, cells, right, left, type Cell, type Grid } from './grid.js';
import { createPaint } from './paint.js';
import { renderRemarks } from './remark-lines.js';
import type { Remark } from './remarks.js';
import { renderGrid } from './terminal-grid.js';

export interface NoiseOptions {
  readonly width: number;
  readonly colour: boolean;
}

/** Blocks of a gate, within which a margin should be resolved. */
const gateBlocks = Math.max(...usualBlocks);

/** How far a strategy differs from itself on this machine, and which changes stand out from that. */
export function renderNoise(measures: readonly NoiseMeasure[], options: NoiseOptions): string {
  const paint = createPaint(options.colour);
  return (
    `\n${renderGrid(noiseGrid(measures), options.width, paint, 0)}` +
    renderRemarks('', remarksOf(measures), options, paint)
  );
}

function noiseGrid(measures: readonly NoiseMeasure[]): Grid {
  const hosts = measures[0]?.margins ?? [];
  return {
    title: 'noise: a strategy against itself, in the same blocks',
    columns: [
      left('measure'),
      right('blocks'),
      left('against itself'),
      right('floor'),
      right('σ'),
      ...usualBlocks.map((blocks) => right(`in ${blocks} blocks`)),
      ...hosts.map(({ host }) => left(`margin, ${host}`)),
    ],
    rows: measures.map((measure) =>
      cells(
        cell(`${measure.workload} ${measure.metric}${measure.reason === '' ? '' : '?'}`),
        cell(String(measure.blocks)),
        cell(ratioText(measure)),
        cell(shareText(measure.floor)),
        cell(shareText(measure.spread)),
        ...measure.resolvable.map(({ change }) => cell(shareText(change))),
        ...measure.margins.map(marginCell),
      ),
    ),
  };
}

function ratioText({ ratio }: NoiseMeasure): string {
  if (ratio === null) return absent;
  return `${formatChange(ratio.value)} ${formatChangeInterval(ratio.low, ratio.high)}`.trimEnd();
}

const shareText = (share: number | null): string => (share === null ? absent : formatShare(share));

/** `✓ 10% in 7 blocks`, `! 3% in 71 blocks`. */
function marginCell({ margin, blocks }: NoiseMeasure['margins'][number]): Cell {
  const name = `${(margin * 100).toFixed(0)}%`;
  if (blocks === null) return cell(name);
  const text = `${name} in ${blocks} blocks`;
  return blocks <= gateBlocks ? cell(`✓ ${text}`, 'good') : cell(`! ${text}`, 'bad');
}

function remarksOf(measures: readonly NoiseMeasure[]): Remark[] {
  const plain = (text: string): Remark => ({ text, tone: 'plain' });
  return [
    plain(
      'floor: greatest bound of the 95% interval of a strategy against itself; σ: spread of that ratio from block to block',
    ),
    plain('in n blocks: smallest change that so many blocks find in four of five runs (4σ/√n)'),
    plain(
      `margin: the one that a gate has by default on such a host; ✓ the ${gateBlocks} blocks of a gate resolve a change of its size, ! they do not: widen it (--margin), or run as many blocks (--blocks)`,
    ),
    ...measures.flatMap(({ workload, metric, reason }) =>
      reason === '' ? [] : [plain(`${workload} ${metric}? ${reason}`)],
    ),
  ];
}
