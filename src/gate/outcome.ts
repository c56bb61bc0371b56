import type { Comparison, Verdict } from './comparison.js';

/** What verdicts come to: what decides an exit status under `--gate`. */
export type Outcome = 'ok' | 'regressed' | 'inconclusive' | 'not-comparable';

const worstFirst: readonly Outcome[] = ['not-comparable', 'regressed', 'inconclusive', 'ok'];

/** The exit status that each asks for; `src/cli/exit-status.ts` decides between it and what else came up. */
export const outcomeStatus = { ok: 0, regressed: 1, inconclusive: 3, 'not-comparable': 5 } as const;

/** The worst of several. */
export const worstOutcome = (outcomes: readonly Outcome[]): Outcome =>
  worstFirst.find((outcome) => outcomes.includes(outcome)) ?? 'ok';

/**
 * What one comparison comes to. Where nothing was judged there is nothing to be green about; where nothing
 * is gated, verdicts are shown and decide nothing.
 */
export function outcomeOf(comparison: Comparison): Outcome {
  const { cells, gated, inconclusive, refusals } = comparison;
  if (refusals.length > 0) return 'not-comparable';
  if (!gated) return cells.some(({ change }) => change !== null) ? 'ok' : 'not-comparable';
  const count = countVerdicts(comparison);
  if (count.regressed > 0) return 'regressed';
  const open = count.inconclusive + count.noisy;
  if (open > 0) return inconclusive === 'fail' ? 'inconclusive' : 'ok';
  return count.ok + count.improved > 0 ? 'ok' : 'not-comparable';
}

/** How many cells got each verdict. */
export function countVerdicts({
  cells,
}: Pick<Comparison, 'cells'>): Readonly<Record<Verdict, number>> {
  const count: Record<Verdict, number> = {
    regressed: 0,
    improved: 0,
    ok: 0,
    inconclusive: 0,
    noisy: 0,
    ignored: 0,
    'not-judged': 0,
    ungated: 0,
  };
  for (const { verdict } of cells) count[verdict]++;
  return count;
}

/** Whether more blocks could decide what is open. What is inconclusive for a reason of its own needs other trials. */
export const couldDecide = (comparison: Comparison): boolean =>
  comparison.cells.some(
    ({ verdict, blocks, base, reason }) =>
      ((verdict === 'inconclusive' && reason === '') || verdict === 'noisy') &&
      blocks > 0 &&
      base !== null,
  );

/** What several comparisons come to together, and in words: `1 regression, 1 inconclusive, 11 ok`. */
export interface Summary {
  readonly outcome: Outcome;
  readonly text: string;
}

export function summaryOf(comparisons: readonly Comparison[]): Summary {
  const cells = comparisons.flatMap((comparison) => comparison.cells);
  const count = countVerdicts({ cells });
  const counted = (number: number, words: string): string[] =>
    number === 0 ? [] : [`${number} ${words}`];
  const regressions = counted(
    count.regressed,
    count.regressed === 1 ? 'regression' : 'regressions',
  );
  const judged = [
    ...regressions,
    ...counted(count.inconclusive, 'inconclusive'),
    ...counted(count.noisy, 'noisy'),
    ...counted(count.improved, 'improved'),
    ...counted(count.ok, 'ok'),
  ];
  // No comparison at all judged nothing either.
  const outcome =
    comparisons.length === 0 ? 'not-comparable' : worstOutcome(comparisons.map(outcomeOf));
  const refused = comparisons.some(({ refusals }) => refusals.length > 0) ? ['not comparable'] : [];
  const parts = [...refused, ...judged];
  if (judged.length === 0 && refused.length === 0) {
    parts.push(outcome === 'ok' ? 'no margin applies' : 'nothing was judged');
  }
  return { outcome, text: parts.join(', ') + toleranceOf(comparisons) };
}

/** Why what is open does not fail, where it would be the one thing that did. */
function toleranceOf(comparisons: readonly Comparison[]): string {
  const settings = comparisons
    .filter((comparison) => comparison.gated && outcomeOf(comparison) === 'ok')
    .filter(({ cells }) =>
      cells.some(({ verdict }) => verdict === 'inconclusive' || verdict === 'noisy'),
    )
    .map(({ inconclusive }) => inconclusive);
  return settings.length === 0 ? '' : `; inconclusive: ${[...new Set(settings)].join(', ')}`;
}

/** The setting of several gates together: the one that lets least pass. */
export const strictest = (
  settings: readonly Comparison['inconclusive'][],
): Comparison['inconclusive'] =>
  settings.includes('fail') ? 'fail' : settings.includes('warn') ? 'warn' : 'pass';
