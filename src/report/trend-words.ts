import type { History, HistoryRun, LeftOut, LeftOutKind } from '../trend/history.js';
import { alpha, leastRuns, type Change, type Series, type Trend } from '../trend/trend.js';
import { separationMark } from './figures.js';
import { formatChange, formatInUnit } from './format.js';
import type { Tone } from './grid.js';
import type { Remark } from './remarks.js';
import { marginText, measureName } from './verdict-words.js';

/** `throughput`, `fault p99`. */
export const seriesMetric = ({ metric }: Series): string =>
  measureName({ op: metric.op, metric: metric.name });

/** A value of a series: a ratio to the reference as a change, or the metric in its unit. */
export const pointText = (value: number, { metric }: Series, absolute: boolean): string =>
  absolute ? formatInUnit(value, metric.unit) : formatChange(value);

/** `2026-10-03`. */
export const dayOf = ({ started }: HistoryRun): string => started.slice(0, 10);

/** `v1.3 (2026-10-03 04:11)`: its label, or its file. */
export const runText = ({ label, file, started }: HistoryRun): string =>
  `${label ?? file} (${started.slice(0, 16).replace('T', ' ')})`;

/** Which way it went: better, worse, or only elsewhere where neither is. */
export function directionOf({ ratio }: Change, { metric }: Series): 'better' | 'worse' | 'other' {
  if (metric.better === 'none') return 'other';
  return ratio > 1 === (metric.better === 'higher') ? 'better' : 'worse';
}

export const directionTone = {
  better: 'good',
  worse: 'bad',
  other: 'unsure',
} as const satisfies Record<string, Tone>;

/** `▼ −14.8%`. */
export function changeText(change: Change, series: Series): string {
  const direction = directionOf(change, series);
  const mark = direction === 'other' ? '' : `${separationMark[direction]} `;
  return `${mark}${formatChange(change.ratio)}`;
}

/** `fault-storm · 4 threads · threads · faulter, against rwsem-spin · 40 runs, 2026-09-01 to 2026-11-24`. */
export function historyTitle(history: History, absolute: boolean): string {
  const { workload, threads, engine, role, reference, runs } = history;
  const [first] = runs;
  const last = runs.at(-1);
  const span =
    first === undefined || last === undefined ? '' : `, ${dayOf(first)} to ${dayOf(last)}`;
  return [
    workload,
    `${threads} thread${threads === 1 ? '' : 's'}`,
    `engine ${engine}`,
    absolute ? role : `${role}, against ${reference}`,
    `${runs.length} run${runs.length === 1 ? '' : 's'}${span}`,
  ].join(' · ');
}

/** Every change, one a line: from what to what, between which runs. */
export const changeRemarks = (series: readonly Series[], absolute: boolean): readonly Remark[] =>
  series.flatMap((one) =>
    one.changes.map((change): Remark => {
      const { before, after, last, first, p } = change;
      const values = [before, after].map((value) => pointText(value, one, absolute));
      const commits =
        last.commit === first.commit
          ? ''
          : `; mmlock itself went from ${last.commit ?? 'unknown'} to ${first.commit ?? 'unknown'}`;
      const text =
        `${changeText(change, one)} ${one.strategy} ${seriesMetric(one)}, from ${values.join(' to ')}, ` +
        `between ${runText(last)} and ${runText(first)}, p ${p.toPrecision(1)}${commits}`;
      return { text, tone: directionTone[directionOf(change, one)] };
    }),
  );

/** What the table cannot say: what counts as a change, and what the figures rest on. */
export function historyRemarks({ differs, series, history }: Trend['groups'][number]): Remark[] {
  const other = differs.map(
    ({ field, base, head }) => `${field} ${base ?? 'unknown'} here, ${head ?? 'unknown'} there`,
  );
  const short = series.some(({ tested }) => !tested);
  const few = series.filter((one) => one.few > 0);
  return [
    ...(other.length === 0
      ? []
      : [unsure(`apart from newer runs of this workload: ${other.join('; ')}`)]),
    ...(short
      ? [unsure(`it takes ${leastRuns} runs of one kind to look for changes: ${shortest(series)}`)]
      : []),
    ...(series.some(({ tested }) => tested) ? leastRemarks(series) : []),
    ...few.map((one) =>
      unsure(
        `${one.strategy} ${seriesMetric(one)}: in ${one.few} of ${history.runs.length} runs fewer ` +
          'than 100 samples of a trial lie above it',
      ),
    ),
  ];
}

const unsure = (text: string): Remark => ({ text, tone: 'unsure' });

function shortest(series: readonly Series[]): string {
  const counts = series.filter(({ tested }) => !tested).map(({ points }) => points.length);
  const least = Math.min(...counts);
  const most = Math.max(...counts);
  return `there are ${least === most ? least : `${least} to ${most}`}`;
}

/** `throughput: by 12% or more, the noise floor of 40 A/A arms`, once a metric. */
function leastRemarks(series: readonly Series[]): Remark[] {
  const texts = series.map((one) => {
    const { share, from, arms } = one.least;
    const source = {
      asked: 'as asked',
      floor: `the noise floor of ${arms} A/A arms`,
      usual: 'the usual margin of a shared machine',
    }[from];
    return `${seriesMetric(one)} by ${marginText(share)} (${source})`;
  });
  const rule = `a change has p ≤ ${alpha} and takes ${[...new Set(texts)].join(', ')} or more`;
  return [{ text: rule, tone: 'faint' }];
}

const kinds: Readonly<Record<LeftOutKind, string>> = {
  unreadable: 'unreadable',
  incomplete: 'incomplete',
  incorrect: 'incorrect',
  copy: 'copies',
  'no-fingerprint': 'without a whole fingerprint',
};

const namedFiles = 3;

/** What is in no history and why. Unreadable files are named one by one, of others a few unless `verbose`. */
export function leftOutRemarks(leftOut: readonly LeftOut[], verbose: boolean): readonly Remark[] {
  const reasonOf = ({ file, workload, reason }: LeftOut): string =>
    `${file}: ${workload === null ? '' : `${workload} `}${reason}`;
  return (Object.keys(kinds) as LeftOutKind[]).flatMap((kind) => {
    const of = leftOut.filter((each) => each.kind === kind);
    if (of.length === 0) return [];
    if (kind === 'unreadable' || verbose) return of.map((each) => unsure(reasonOf(each)));
    const more = of.length > namedFiles ? ` and ${of.length - namedFiles} more (--verbose)` : '';
    const named = of.slice(0, namedFiles).map(reasonOf).join('; ');
    return [unsure(`${of.length} ${kinds[kind]}: ${named}${more}`)];
  });
}
