import type { ClaimVerdict, Estimate } from '../results/analysis.js';
import type { Claim } from '../workload/claim.js';

/** A published figure as its claim states it, and what was simulated. */
export interface PublishedRow {
  /** The claim without the figure. */
  readonly claim: string;
  /** As it stands in the claim: `0.84`, or words; empty where it states none. */
  readonly published: string;
  readonly simulated: Estimate | null;
  /** `0.56 to 1.26`, `above 1`. */
  readonly tolerance: string;
  readonly kind: 'order' | 'ratio';
  /** `open`: its interval reaches over the limit, or there is none. */
  readonly outcome: 'within' | 'open' | 'outside';
  /** A parameter of the case was chosen by looking at this figure, so that it counts for nothing. */
  readonly isFitted: boolean;
}

/** How many of a kind came out how. */
export interface Tally {
  within: number;
  open: number;
  outside: number;
}

const outcomes = { holds: 'within', inconclusive: 'open', refuted: 'outside' } as const;

/** What a claim of a published case says, and what became of it. `(published …)` at its end is the figure. */
export function publishedRow({ claim, estimate, verdict }: ClaimVerdict): PublishedRow {
  const [, text = claim.text, figure = ''] =
    /^(.*?) \(published:? ([^)]*)\)$/s.exec(claim.text) ?? [];
  const fitted = /;? ?fitted$/;
  return {
    claim: text,
    published: figure.replace(fitted, ''),
    simulated: estimate,
    tolerance: toleranceOf(claim),
    kind: isOrder(claim) ? 'order' : 'ratio',
    outcome: outcomes[verdict],
    isFitted: fitted.test(figure),
  };
}

/** Counts by kind and outcome; what is fitted is left out. */
export function tally(rows: readonly PublishedRow[]): Record<PublishedRow['kind'], Tally> {
  const counts = {
    order: { within: 0, open: 0, outside: 0 },
    ratio: { within: 0, open: 0, outside: 0 },
  };
  for (const { isFitted, kind, outcome } of rows) if (!isFitted) counts[kind][outcome]++;
  return counts;
}

/** A claim that only asks which of two is greater is one of an order. */
function isOrder(claim: Claim): boolean {
  if (claim.kind !== 'ratio') return claim.kind === 'order';
  const { max, min } = claim.range;
  return (min === 1 && max === null) || (min === null && max === 1);
}

function toleranceOf(claim: Claim): string {
  if (claim.kind === 'order') return 'in this order';
  if (claim.kind === 'unsupported') return 'refused';
  const { max, min } = claim.range;
  if (min === null) return `below ${max ?? ''}`;
  return max === null ? `above ${min}` : `${min} to ${max}`;
}

const figure = (value: number): string => String(Number(value.toPrecision(3)));

/** `0.301 [0.287, 0.322]`; without an interval the figure alone. */
export function printEstimate(estimate: Estimate | null): string {
  if (estimate === null) return 'none';
  const { high, low, value } = estimate;
  return low === null || high === null
    ? figure(value)
    : `${figure(value)} [${figure(low)}, ${figure(high)}]`;
}
