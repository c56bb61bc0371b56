import type { ComparedCell, Comparison, NoiseFloor } from './comparison.js';
import { cellIdentity, gatedCells, type GatedCell } from './gated-cells.js';
import { marginOf, type Host } from './margins.js';
import { noiseOf } from './noise.js';
import { strictest } from './outcome.js';
import { missingRefusals, unjudgedRefusals } from './refusals.js';
import { settle, type ArmNoise, type Settled } from './settled.js';
import { turned, turnedLimits } from './turned.js';
import type { Trial } from '../engines/trial.js';
import {
  cellsOf,
  type Cells,
  estimateOf,
  pairsOf,
  ratioOf,
  type BlockValues,
} from '../results/cells.js';
import { metricValue } from '../results/metrics.js';
import type { EngineName, WorkloadResult } from '../results/result.js';
import { familyConfidence } from '../stats/family.js';
import { logRatios } from '../stats/paired-ratio.js';
import { judgeTwice, looks } from '../stats/two-looks.js';
import { blocksNeeded, judgeFamily, type JudgedCell } from '../stats/verdict.js';
import type { Gate } from '../workload/gate.js';

/** A workload with its gate: the one that it was run under. */
export interface GatedRun {
  readonly workload: WorkloadResult;
  readonly gate: Gate;
}

/**
 * Judges every gated cell of a run against the reference strategy of its workload, in the same blocks. The
 * family of Holm's adjustment is all cells of all workloads that can be judged. A pure function of the result.
 *
 * @param gated whether the verdicts are to decide the exit status
 */
export function judgeRun(
  runs: readonly GatedRun[],
  gated: boolean,
  host: Host,
  engine: EngineName,
): Comparison {
  const courts = runs.map((run) => courtOf(run, host));
  const cells = courts.flatMap(({ cells: own }) => own);
  const verdicts = judgeLooks(cells.filter(({ verdict }) => verdict === null));
  const comparisons = verdicts.size;
  const references = [...new Set(runs.map(({ workload }) => workload.reference))];
  return {
    kind: 'bench',
    base: references.join(', '),
    head: runs.map(({ workload }) => workload.name).join(', '),
    engine,
    trust: 'A',
    gated,
    cells: cells.map((cell) => compared(cell, verdicts.get(cell), comparisons)),
    noise: courts.flatMap(({ noise }) => noise),
    oneSided: [],
    refusals: courts.flatMap(({ refusals }) => refusals),
    warnings: [],
    inconclusive: strictest(runs.map(({ gate }) => gate.inconclusive)),
  };
}

/** One cell with its values, and a verdict where that needs no test. */
interface Case extends Settled {
  readonly workload: WorkloadResult;
  readonly gated: GatedCell;
  readonly margin: number;
  readonly head: BlockValues;
  readonly base: BlockValues;
  /** Of how many blocks the first look was. */
  readonly firstLook: number;
  /** Values of the confirmation; empty if there was none. */
  readonly again: { readonly head: BlockValues; readonly base: BlockValues } | null;
}

interface Court {
  readonly cells: readonly Case[];
  readonly noise: readonly NoiseFloor[];
  readonly refusals: readonly string[];
}

function courtOf({ workload, gate }: GatedRun, host: Host): Court {
  const measured = cellsOf(workload);
  const confirmed = confirmationCells(workload);
  const noise = new Map<string, NoiseFloor>();
  const arm = workload.strategies.find(({ repeats }) => repeats !== null)?.strategy.name;
  const cells = gatedCells(workload, gate).map((gated): Case => {
    const values = (trials: readonly Trial[] | undefined): BlockValues =>
      (trials ?? []).map((trial) => metricValue(trial, gated.metric, gated));
    const base = values(measured.trials.get(workload.reference));
    const margin = marginOf(gated, gate, host);
    const floor = arm === undefined ? null : noiseOf(values(measured.trials.get(arm)), base);
    if (floor !== null) {
      const { name: metric, role, op } = gated;
      const key = `${metric} ${role.name} ${op ?? ''}`;
      noise.set(key, { workload: workload.name, metric, role: role.name, op, ...floor });
    }
    const again = confirmed.trials.has(gated.strategy)
      ? {
          head: values(confirmed.trials.get(gated.strategy)),
          base: values(confirmed.trials.get(workload.reference)),
        }
      : null;
    const head = values(measured.trials.get(gated.strategy));
    const firstLook = measured.blocks.filter((block) => block <= workload.firstLook).length;
    const arms: readonly ArmNoise[] =
      arm === undefined
        ? []
        : [
            {
              reference: workload.reference,
              where: 'here',
              floor: floor?.floor ?? null,
              blocks: head.length,
            },
          ];
    const settled = settle(gated, {
      margin,
      refused: refusalOf(workload, gated.strategy),
      trials: [measured.trials.get(gated.strategy) ?? []],
      pairs: pairsOf(head, base).length,
      arms,
    });
    return { workload, gated, margin, head, base, firstLook, again, ...settled };
  });
  return {
    cells,
    noise: [...noise.values()],
    refusals: [...missingRefusals(workload.name, workload, gate), ...refusalsOf(workload, cells)],
  };
}

/** Why a strategy did not run; null if it did. */
function refusalOf({ strategies }: WorkloadResult, label: string): string | null {
  const arm = strategies.find(({ strategy }) => strategy.name === label);
  return arm?.status === 'unsupported' ? (arm.reason ?? '') : null;
}

/** A gated metric that nothing decides, and a run without blocks, are no passes. */
function refusalsOf(workload: WorkloadResult, cells: readonly Case[]): string[] {
  const { name } = workload;
  if (cellsOf(workload).blocks.length === 0) return [`${name}: no block was finished`];
  const refused = cells
    .filter(({ verdict, reason }) => verdict === 'not-judged' && reason.startsWith('refused'))
    .map(({ gated }) => gated.strategy);
  return [
    ...[...new Set(refused)].map(
      (strategy) => `${name}: ${strategy} is gated, and refused to run: leave it out, or ignore it`,
    ),
    ...unjudgedRefusals(name, cells),
  ];
}

/** The trials of the second run, as cells. */
function confirmationCells(workload: WorkloadResult): Cells {
  const { confirmation } = workload;
  if (confirmation === null) return { blocks: [], trials: new Map() };
  const { strategies: labels, trials } = confirmation;
  const strategies = workload.strategies.filter(({ strategy }) => labels.includes(strategy.name));
  return cellsOf({ ...workload, strategies, trials });
}

type Judged = JudgedCell & { readonly confirmed: boolean | null };

/**
 * The first look judges all cells; what it leaves open is judged again with all blocks, if there came more.
 * What has regressed must regress again where a second run was made.
 */
function judgeLooks(cases: readonly Case[]): Map<Case, Judged> {
  const verdicts = judgeTwice(
    cases.map(({ gated, margin, head, base, firstLook }) => ({
      first: turnedRatios(gated, head.slice(0, firstLook), base),
      all: turnedRatios(gated, head, base),
      limits: turnedLimits(gated, margin),
    })),
  );
  const judged = new Map<Case, Judged>();
  cases.forEach((one, index) => {
    const verdict = verdicts[index];
    if (verdict !== undefined) judged.set(one, { ...verdict, confirmed: null });
  });
  confirm(judged);
  return judged;
}

function confirm(judged: Map<Case, Judged>): void {
  const again = [...judged].filter(
    ([one, { verdict }]) => verdict === 'regressed' && one.again !== null,
  );
  const verdicts = judgeFamily(
    again.map(([{ gated, margin, again: values }]) => ({
      logRatios: turnedRatios(gated, values?.head ?? [], values?.base ?? []),
      limits: turnedLimits(gated, margin),
    })),
    looks.confirmation,
  );
  again.forEach(([one, first], index) => {
    const confirmed = verdicts[index]?.verdict === 'regressed';
    judged.set(one, { ...first, verdict: confirmed ? 'regressed' : 'inconclusive', confirmed });
  });
}

/** ln(head / base) by block, turned so that less is worse. */
const turnedRatios = (gated: GatedCell, head: BlockValues, base: BlockValues): readonly number[] =>
  turned(gated, logRatios(pairsOf(head, base)));

function compared(one: Case, judged: Judged | undefined, comparisons: number): ComparedCell {
  const { workload, gated, margin, head, base } = one;
  const verdict = judged?.verdict ?? one.verdict ?? 'not-judged';
  const needed =
    judged?.verdict === 'inconclusive'
      ? blocksNeeded(
          { logRatios: turnedRatios(gated, head, base), limits: turnedLimits(gated, margin) },
          looks.first,
          comparisons,
        )
      : one.blocksNeeded;
  const confidence = familyConfidence(comparisons);
  const change = ratioOf(head, base, confidence);
  return {
    ...cellIdentity(workload, gated),
    base: estimateOf(base),
    head: estimateOf(head),
    change,
    level: change === null ? null : confidence,
    margin,
    verdict,
    confirmed: judged?.confirmed ?? null,
    blocks: pairsOf(head, base).length,
    blocksNeeded: needed,
    pWorse: judged?.pWorse ?? null,
    reason:
      judged?.confirmed === false ? 'regressed in the first run, not in the second' : one.reason,
  };
}
