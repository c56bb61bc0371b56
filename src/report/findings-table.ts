import type { Finding, Verdict } from '../doctor/finding.js';
import { cell, cells, left, type Grid, type Tone } from './grid.js';
import { createPaint, type Paint } from './paint.js';
import { renderGrid } from './terminal-grid.js';
import { wrapText } from './wrap.js';

export interface FindingsOptions {
  /** Characters in a line. */
  readonly width: number;
  readonly colour: boolean;
}

/** Beside colour, so that neither a colour-blind reader nor a log loses it. */
const marks: Readonly<Record<Verdict, string>> = {
  good: '✓ good',
  noisy: '! noisy',
  unknown: '? unknown',
  information: 'i information',
};

const tones: Readonly<Record<Verdict, Tone>> = {
  good: 'good',
  noisy: 'bad',
  unknown: 'unsure',
  information: 'plain',
};

/** What was found on a machine: all of it as a table, then what is noisy with its remedy, and what is not known. */
export function renderFindings(findings: readonly Finding[], options: FindingsOptions): string {
  const paint = createPaint(options.colour);
  const noisy = findings.filter(({ verdict }) => verdict === 'noisy');
  return [
    // A list of words reads well as a table wherever it fits.
    renderGrid(findingsGrid(findings), options.width, paint, 0),
    ...(noisy.length === 0 ? [] : [`\n ${paint('strong', 'noisy, and what would change it')}\n`]),
    ...noisy.map((finding) => renderNoisy(finding, options.width, paint)),
    renderUnknown(findings, options.width, paint),
  ].join('');
}

const count = (findings: readonly Finding[], verdict: Verdict): number =>
  findings.filter((finding) => finding.verdict === verdict).length;

function findingsGrid(findings: readonly Finding[]): Grid {
  const numbers = (['noisy', 'unknown', 'good'] as const)
    .map((verdict) => `${count(findings, verdict)} ${verdict}`)
    .join(', ');
  return {
    title: `this machine, for benchmarks of locks: ${numbers}`,
    columns: [left('check'), left('finding'), left('value')],
    rows: findings.map(({ check, verdict, value }) =>
      cells(
        cell(check),
        cell(marks[verdict], tones[verdict]),
        // The reason of what is unknown can be long, and often one is that of several checks.
        cell(verdict === 'unknown' ? '' : value),
      ),
    ),
  };
}

/** A command stays in one line, whatever the width, so that it can be copied. */
function renderNoisy({ brief, why, remedy }: Finding, width: number, paint: Paint): string {
  const text = [
    wrapText(`${brief}. ${why}`, width, '   ', '     '),
    ...(remedy?.command == null ? [] : [`     ${paint('strong', remedy.command)}\n`]),
    ...(remedy === null || remedy.remark === ''
      ? []
      : [wrapText(remedy.remark, width, '     ', '       ')]),
  ];
  return text.join('');
}

/** Checks with the same reason stand together. */
function renderUnknown(findings: readonly Finding[], width: number, paint: Paint): string {
  const reasons = new Map<string, string[]>();
  for (const { check, verdict, value } of findings) {
    if (verdict === 'unknown') reasons.set(value, [...(reasons.get(value) ?? []), check]);
  }
  if (reasons.size === 0) return '';
  const lines = [...reasons].map(([reason, names]) =>
    wrapText(`${names.join(', ')}: ${reason}`, width, '   ', '     '),
  );
  return `\n ${paint('strong', 'unknown, and why')}\n${lines.join('')}`;
}
