import type { ComparedCell, Comparison } from '../gate/comparison.js';
import type { Remark } from './remarks.js';
import { byBadness, metricName, noiseText, oneSidedText } from './verdict-words.js';

/** Up to so many cells, all are shown. */
const longList = 12;
/** Of a longer list, so many that are ok: those with the least room. */
const shownOk = 3;

/** What a table shows of the cells, the worst last. Of a long list, what says nothing new is only counted. */
export function shownCells({ cells }: Comparison, verbose: boolean): readonly ComparedCell[] {
  const sorted = [...cells].sort(byBadness);
  if (verbose || sorted.length <= longList) return sorted;
  const ok = sorted.filter(({ verdict }) => verdict === 'ok').slice(-shownOk);
  return sorted.filter(
    (cell) => !['ok', 'ignored', 'not-judged'].includes(cell.verdict) || ok.includes(cell),
  );
}

/** `10 more ok · 1 ignored · 2 not judged (--verbose shows them)`; none where nothing is hidden. */
export function hiddenRemarks(
  { cells }: Comparison,
  shown: readonly ComparedCell[],
): readonly Remark[] {
  const hidden = (['ok', 'ignored', 'not-judged'] as const).flatMap((verdict) => {
    const count = cells.filter((cell) => cell.verdict === verdict && !shown.includes(cell)).length;
    const more = verdict === 'ok' ? 'more ok' : verdict.replace('-', ' ');
    return count === 0 ? [] : [`${count} ${more}`];
  });
  return hidden.length === 0
    ? []
    : [{ text: `${hidden.join(' · ')} (--verbose shows them)`, tone: 'faint' }];
}

/** Why cells are judged as they are; one line a reason. */
export function reasonRemarks(shown: readonly ComparedCell[]): readonly Remark[] {
  const reasons = new Map<string, string[]>();
  for (const cell of shown) {
    if (cell.reason === '') continue;
    const name = `${cell.strategy} ${metricName(cell)}`;
    reasons.set(cell.reason, [...(reasons.get(cell.reason) ?? []), name]);
  }
  return [...reasons].map(([reason, names]) => ({
    text: `${names.join(', ')}: ${reason}`,
    tone: 'unsure',
  }));
}

/** What must be read beside the cells: the A/A arm, rows on one side only, warnings, refusals; the worst last. */
export function contextRemarks(comparison: Comparison): readonly Remark[] {
  const { noise, oneSided, warnings, refusals } = comparison;
  const workloads = [...new Set(noise.map(({ workload }) => workload))];
  return [
    ...workloads.map((workload): Remark => {
      const own = noise.filter((floor) => floor.workload === workload).map(noiseText);
      const of = workloads.length === 1 ? '' : ` of ${workload}`;
      return { text: `A/A arm${of}: ${own.join(' · ')}`, tone: 'plain' };
    }),
    ...oneSided.map((row): Remark => ({ text: oneSidedText(row), tone: 'unsure' })),
    ...warnings.map((text): Remark => ({ text, tone: 'unsure' })),
    ...refusals.map((text): Remark => ({ text: `not comparable: ${text}`, tone: 'bad' })),
  ];
}
