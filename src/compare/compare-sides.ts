import type { ComparedCell, Comparison } from '../gate/comparison.js';
import { cellIdentity } from '../gate/gated-cells.js';
import { strictest } from '../gate/outcome.js';
import { turned, turnedLimits } from '../gate/turned.js';
import type { Estimate } from '../results/analysis.js';
import { pairsOf } from '../results/cells.js';
import { familyConfidence } from '../stats/family.js';
import { logRatios } from '../stats/paired-ratio.js';
import { differenceOfMedians } from '../stats/unpaired-ratio.js';
import {
  blocksNeededOfEach,
  judgeDifferences,
  type UnpairedTest,
} from '../stats/unpaired-verdict.js';
import type { JudgedCell } from '../stats/verdict.js';
import { blocksOf, type Case, type SideValues } from './cases.js';
import { courtOf, type CompareOptions, type Court } from './court.js';
import { matchExperiments } from './experiments.js';
import { pooledEstimate } from './pooled.js';
import { isSameRun, type Side } from './side.js';
import { brokenTexts, mismatchTexts, sideWarnings } from './side-texts.js';

/** Level of the family of all cells of an invocation. */
const alpha = 0.05;

/**
 * Compares saved results: each head against the base, by ratios to a control that both sides ran. What is judged is
 * D = median ln(S/C) of head − median ln(S/C) of base, S being a strategy and C the control in the same block, by
 * its conservative interval; Holm's family is all gated cells of all heads. Nothing is confirmed, as nothing can be
 * run again. A pure function of the results; one comparison for each head, and another for what of it has no verdicts
 * since fingerprints differ.
 */
export function compareSides(
  base: Side,
  heads: readonly Side[],
  options: CompareOptions,
): Comparison[] {
  const hearings = heads.map((head) => hearingOf(base, head, options));
  const cases = hearings.flatMap(({ courts }) => courts.flatMap((court) => court.cases));
  const tested = cases.filter(({ verdict }) => verdict === null);
  const verdicts = judgeDifferences(tested.map(testOf), alpha);
  const judged = new Map(tested.map((one, index) => [one, verdicts[index]]));
  const ungated = cases.filter(({ verdict }) => verdict === 'ungated').length;
  return hearings.flatMap((hearing) =>
    comparisonsOf(base, hearing, options, (one) =>
      compared(one, judged.get(one), one.verdict === 'ungated' ? ungated : tested.length),
    ),
  );
}

const mismatchAdvice = '--allow-mismatch prints ratios, without verdicts';

/** One head and everything of its comparison with the base before cells are tested. */
interface Hearing {
  readonly head: Side;
  readonly courts: readonly Court[];
  readonly oneSided: Comparison['oneSided'];
  readonly refusals: readonly string[];
}

function hearingOf(base: Side, head: Side, options: CompareOptions): Hearing {
  const shared = head.runs.flatMap(({ shown, result }) => {
    const twin = base.runs.find((run) => isSameRun(run.result, result));
    return twin === undefined
      ? []
      : [`${shown} and ${twin.shown} hold the same run: nothing lies between them`];
  });
  if (shared.length > 0) return { head, courts: [], oneSided: [], refusals: shared };
  const { experiments, oneSided } = matchExperiments(base, head);
  const courts = experiments.map((experiment) => courtOf(experiment, options));
  const refusals =
    experiments.length > 0
      ? []
      : ['no workload was run on both sides with the same number of threads'];
  return { head, courts, oneSided, refusals };
}

function comparisonsOf(
  base: Side,
  { head, courts, oneSided, refusals }: Hearing,
  { gated, allowMismatch }: CompareOptions,
  judge: (one: Case) => ComparedCell,
): Comparison[] {
  const trusts = (['B', 'C'] as const).filter((trust) =>
    courts.some((court) => court.trust === trust),
  );
  const [first = 'B', ...more] = trusts;
  const engine = head.runs[0]?.result.engine ?? 'threads';
  return [first, ...more].map((trust): Comparison => {
    const own = courts.filter((court) => court.trust === trust);
    const isFirst = trust === first;
    const mismatches = mismatchTexts(own);
    return {
      ...{ kind: 'compare', base: base.name, head: head.name, engine, trust, gated },
      cells: own.flatMap((court) => court.cases.map(judge)),
      noise: own.flatMap(({ noise }) => noise),
      oneSided: [...(isFirst ? oneSided : []), ...own.flatMap((court) => court.oneSided)],
      refusals: [
        ...(isFirst ? [...refusals, ...brokenTexts(base), ...brokenTexts(head)] : []),
        ...(allowMismatch ? [] : mismatches.map((text) => `${text} (${mismatchAdvice})`)),
        ...own.flatMap((court) => court.refusals),
      ],
      warnings: [
        ...own.flatMap(({ warnings }) => warnings),
        ...(allowMismatch ? mismatches : []),
        ...(isFirst ? sideWarnings(base, head) : []),
      ],
      inconclusive: own.length === 0 ? 'fail' : strictest(own.map((court) => court.inconclusive)),
    };
  });
}

/** ln(S/C) in each block of a side. */
const sideRatios = ({ of, control }: SideValues): number[] => logRatios(pairsOf(of, control));

const testOf = ({ gated, margin, base, head }: Case): UnpairedTest => ({
  base: turned(gated, sideRatios(base)),
  head: turned(gated, sideRatios(head)),
  limits: turnedLimits(gated, margin ?? 0),
});

/** `family` is the number of cells that are judged, or shown, together. */
function compared(one: Case, judged: JudgedCell | undefined, family: number): ComparedCell {
  const { workload, gated, margin, base, head, reason } = one;
  const confidence = familyConfidence(family);
  const verdict = judged?.verdict ?? one.verdict ?? 'not-judged';
  const change = changeOf(sideRatios(base), sideRatios(head), confidence);
  return {
    ...cellIdentity(workload, gated),
    base: pooledEstimate(base.runs, base.of),
    head: pooledEstimate(head.runs, head.of),
    change,
    level: change === null ? null : confidence,
    margin,
    verdict,
    confirmed: null,
    blocks: blocksOf(one),
    blocksNeeded:
      judged?.verdict === 'inconclusive'
        ? blocksNeededOfEach(testOf(one), family)
        : one.blocksNeeded,
    pWorse: judged?.pWorse ?? null,
    reason,
  };
}

/** Ratio of the ratios, with the conservative interval; null where a side has none. */
function changeOf(
  base: readonly number[],
  head: readonly number[],
  confidence: number,
): Estimate | null {
  if (base.length === 0 || head.length === 0) return null;
  const { value, low, high } = differenceOfMedians(base, head, confidence);
  return {
    value: Math.exp(value),
    low: low === null ? null : Math.exp(low),
    high: high === null ? null : Math.exp(high),
  };
}
