import { faultKinds, type FaultKind } from '../engines/verify/fault.js';
import { cell, cells, left, right, type Cell, type Grid } from './grid.js';
import { formatSeconds, formatSi } from './format.js';
import { createPaint } from './paint.js';
import { renderGrid } from './terminal-grid.js';

/** Scenarios of one size, added up. */
export interface SizeFigures {
  readonly threads: number;
  readonly rounds: number;
  readonly scenarios: number;
  /** How many of them were explored to the end, by how many deviations there were at most, from 0. */
  readonly exhausted: readonly number[];
  readonly executions: number;
}

/** One scenario, explored with at most so many deviations in one execution. */
export interface ScenarioFigures {
  readonly scenario: string;
  readonly deviations: number;
  readonly executions: number;
  /** Executions left because another that was explored does the same. */
  readonly redundant: number;
  /** Executions given up because they became too long. */
  readonly cut: number;
  /** Steps of the longest execution. */
  readonly longest: number;
  readonly seconds: number;
  readonly exhausted: boolean;
}

/** What `mmlock verify` says of one lock or strategy. */
export interface VerifyReport {
  readonly target: string;
  readonly verdict: 'proved' | 'bounded' | 'fault';
  readonly deviations: number;
  readonly sizes: readonly SizeFigures[];
  readonly executions: number;
  readonly seconds: number;
  /** Why not all was explored; empty if it was. */
  readonly bound: string;
  readonly fault: {
    readonly kind: FaultKind;
    readonly message: string;
    readonly scenario: string;
    readonly file: string;
  } | null;
  readonly scenarios: readonly ScenarioFigures[];
}

export interface VerifyTableOptions {
  /** Characters in a line. */
  readonly width: number;
  readonly colour: boolean;
}

/** A row a target. */
export function renderVerify(
  reports: readonly VerifyReport[],
  options: VerifyTableOptions,
): string {
  const grid: Grid = {
    title: 'every interleaving',
    columns: [
      left('target'),
      left('scenarios'),
      right('executions'),
      right('/s'),
      right('time'),
      left('verdict'),
    ],
    rows: reports.map((report) =>
      cells(
        cell(report.target),
        cell(report.sizes.map(scenariosText).join(', ')),
        cell(String(report.executions)),
        cell(report.seconds > 0 ? formatSi(report.executions / report.seconds) : ''),
        cell(formatSeconds(report.seconds)),
        verdictCell(report),
      ),
    ),
  };
  return renderGrid(grid, options.width, createPaint(options.colour));
}

const scenariosText = ({ threads, rounds, scenarios, exhausted }: SizeFigures): string =>
  `${exhausted.at(-1) ?? 0}/${scenarios} of ${threads}×${rounds}`;

function verdictCell(report: VerifyReport): Cell {
  switch (report.verdict) {
    case 'proved':
      return cell(`✓ ${verdictText(report)}`, 'good');
    case 'bounded':
      return cell(`? ${verdictText(report)}`, 'unsure');
    case 'fault':
      return cell(`✗ ${verdictText(report)}`, 'bad');
  }
}

const sizeText = ({ threads, rounds }: SizeFigures): string =>
  `${threads} threads × ${rounds} ${rounds === 1 ? 'round' : 'rounds'}`;

/** The verdict in words, with what it holds for. */
export function verdictText({
  verdict,
  sizes,
  deviations,
  executions,
  bound,
  fault,
}: VerifyReport): string {
  switch (verdict) {
    case 'fault':
      return fault === null ? 'FAULT' : `FAULT: ${faultKinds[fault.kind]}`;
    case 'proved':
      return `proved for ${sizes.map(sizeText).join(', ')} (deviations ${deviations})`;
    case 'bounded': {
      const whole = sizes.flatMap((size) => provedText(size) ?? []);
      const proved = whole.length === 0 ? '' : `; proved for ${whole.join(', ')}`;
      return `no fault in ${executions} executions; not exhausted (${bound})${proved}`;
    }
  }
}

/** A size, and the most deviations for which all of it was explored. */
function provedText(size: SizeFigures): string | undefined {
  const level = size.exhausted.lastIndexOf(size.scenarios);
  return level === -1 ? undefined : `${sizeText(size)} (deviations ${level})`;
}
