import type { OneSided } from '../gate/comparison.js';
import type { StrategyResult } from '../results/result.js';
import { strategyOf } from './control.js';
import type { Experiment } from './experiments.js';

/** How a strategy stands on the two sides; undefined where it is not listed. */
export interface Standing {
  readonly label: string;
  readonly base: StrategyResult | undefined;
  readonly head: StrategyResult | undefined;
}

/** Every strategy but the control and the A/A arm, in the order of head's newest run, then base's. */
export function standingsOf({ base, head }: Experiment, control: string): readonly Standing[] {
  const labels = [...head.toReversed(), ...base.toReversed()]
    .flatMap(({ workload }) => workload.strategies)
    .filter(({ strategy, repeats }) => repeats === null && strategy.name !== control)
    .map(({ strategy }) => strategy.name);
  return [...new Set(labels)].map((label) => {
    const [ofBase, ofHead] = [base, head].map((runs) => {
      const all = runs.flatMap(({ workload }) => strategyOf(workload, label) ?? []);
      return all.find(({ status }) => status === 'ok') ?? all.at(-1);
    });
    return { label, base: ofBase, head: ofHead };
  });
}

const ran = (result: StrategyResult | undefined): boolean => result?.status === 'ok';

/** Whether it has cells: it ran on both sides, or both refused it, which its cells then say. */
export const hasCells = ({ base, head }: Standing): boolean =>
  base !== undefined && head !== undefined && ran(base) === ran(head);

/** Whether base has measured what head refuses to run. */
export const isLost = ({ base, head }: Standing): boolean =>
  ran(base) && head?.status === 'unsupported';

/** The row of a strategy that ran on one side only, and why, where the other side says it; null for another. */
export function oneSidedRow(experiment: string, { label, base, head }: Standing): OneSided | null {
  if (ran(base) === ran(head)) return null;
  const [side, other, otherName] = ran(base)
    ? (['base', head, 'head'] as const)
    : (['head', base, 'base'] as const);
  const reason = other === undefined ? '' : `refused in ${otherName}: ${other.reason ?? ''}`;
  return { cell: `${experiment}/${label}`, side, reason };
}
