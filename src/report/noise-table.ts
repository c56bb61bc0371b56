import { usualBlocks, type NoiseMeasure } from '../gate/noise-survey.js';
import { absent, formatChange, formatChangeInterval, formatShare } from './format.js';
import { cell, cells, left, right, type Cell, type Grid } from './grid.js';
import { createPaint } from './paint.js';
import { renderRemarks } from './remark-lines.js';
import type { Remark } from './remarks.js';
import { renderGrid } from './terminal-grid.js';
import { marginText } from './verdict-words.js';

export interface NoiseOptions {
  /** Characters in a line. */
  readonly width: number;
  readonly colour: boolean;
}

/** Blocks of a gate, with which a margin should be resolved. */
const gateBlocks = Math.max(...usualBlocks);

/** More than anybody runs: how many more tells nothing. */
const mostBlocks = 1000;

/** How far a strategy differs from itself on this machine, and which changes stand out from that. */
export function renderNoise(measures: readonly NoiseMeasure[], options: NoiseOptions): string {
  const paint = createPaint(options.colour);
  return (
    renderGrid(noiseGrid(measures), options.width, paint) +
    renderRemarks('', remarksOf(measures), options, paint)
  );
}

function noiseGrid(measures: readonly NoiseMeasure[]): Grid {
  return {
    title: 'noise here: a strategy against itself, in the same blocks',
    columns: [
      left('workload, metric'),
      right('blocks'),
      left('to itself'),
      right('floor'),
      right('σ'),
      ...usualBlocks.map((blocks) => right(`in ${blocks}`)),
      ...(measures[0]?.margins ?? []).map(({ host }) => left(`${host} margin`)),
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

/** `✓ 10%: 7 blocks`, `! 3%: 71 blocks`. */
function marginCell({ margin, blocks }: NoiseMeasure['margins'][number]): Cell {
  if (blocks === null) return cell(`${marginText(margin)}: ${absent}`);
  const shown = blocks > mostBlocks ? `over ${mostBlocks}` : String(blocks);
  const text = `${marginText(margin)}: ${shown} blocks`;
  return blocks <= gateBlocks ? cell(`✓ ${text}`, 'good') : cell(`! ${text}`, 'bad');
}

function remarksOf(measures: readonly NoiseMeasure[]): Remark[] {
  const plain = (text: string): Remark => ({ text, tone: 'plain' });
  const [quick, usual, gate] = usualBlocks;
  return [
    plain('floor: greatest bound of the 95% interval; σ: spread of the ratio from block to block'),
    plain(
      `in ${quick}, ${usual}, ${gate}: smallest change that so many blocks resolve, in four of five runs (4σ/√n)`,
    ),
    plain(
      `margins: those of a gate on such a host, and the blocks that resolve a change of that size; ✓ the ${gateBlocks} ` +
        'of a gate do, ! they do not: a wider --margin, or so many --blocks, would',
    ),
    ...measures.flatMap(({ workload, metric, reason }) =>
      reason === '' ? [] : [plain(`${workload} ${metric}? ${reason}`)],
    ),
  ];
}
