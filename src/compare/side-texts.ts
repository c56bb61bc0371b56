import { cellsOf } from '../results/cells.js';
import type { Court } from './court.js';
import type { Side } from './side.js';

/** In what fingerprints differ, once for all experiments that differ in the same. */
export function mismatchTexts(courts: readonly Court[]): readonly string[] {
  const names = new Map<string, string[]>();
  for (const { experiment, mismatch } of courts) {
    if (mismatch !== '') names.set(mismatch, [...(names.get(mismatch) ?? []), experiment]);
  }
  return [...names].map(
    ([mismatch, experiments]) => `${experiments.join(', ')}: fingerprints differ: ${mismatch}`,
  );
}

/** Strategies that broke an invariant or let two in, with the first sign of each: a result with one is incorrect. */
export function brokenTexts({ runs }: Pick<Side, 'runs'>): readonly string[] {
  return runs.flatMap(({ shown, result }) =>
    result.workloads.flatMap(({ name, trials }) => {
      const signs = new Map<string, string>();
      for (const { strategy, block, faults } of trials) {
        const [fault] = faults;
        if (fault === undefined || signs.has(strategy)) continue;
        signs.set(
          strategy,
          `${shown}: ${name}: ${strategy} was incorrect (block ${block}: ${fault})`,
        );
      }
      return [...signs.values()];
    }),
  );
}

/** What must be known of the two sides whatever is compared: what is missing in them, and who measured them. */
export function sideWarnings(base: Side, head: Side): readonly string[] {
  return [
    ...base.warnings,
    ...head.warnings,
    ...incompleteTexts(base),
    ...incompleteTexts(head),
    ...writerWarnings(base, head),
  ];
}

/** `head.json: fault-storm has 8 of 30 blocks (SIGINT)`. */
export const incompleteTexts = ({ runs }: Pick<Side, 'runs'>): readonly string[] =>
  runs.flatMap(({ shown, result: { workloads, interrupted } }) => {
    const cause = interrupted === null ? '' : ` (${interrupted.cause})`;
    const texts = workloads.flatMap((workload) => {
      const blocks = cellsOf(workload).blocks.length;
      const planned = workload.orders.length;
      return blocks < planned
        ? [`${workload.name} has ${blocks} of ${planned} blocks${cause}`]
        : [];
    });
    // All blocks may be there, and what was to confirm a regression not.
    const whole =
      texts.length === 0 && interrupted !== null ? [`the run was cut short${cause}`] : [];
    return [...texts, ...whole].map((text) => `${shown}: ${text}`);
  });

/** Built-in locks and the model are part of mmlock, so that another mmlock may change the control as well. */
function writerWarnings(base: Side, head: Side): readonly string[] {
  const [ofBase = '', ofHead = ''] = [base, head].map(({ runs }) => {
    const writers = runs.map(({ result: { mmlock } }) =>
      mmlock.commit === null ? mmlock.version : `${mmlock.version} (${mmlock.commit})`,
    );
    return [...new Set(writers)].sort().join(', ');
  });
  return ofBase === ofHead
    ? []
    : [`measured by mmlock ${ofBase} in base and ${ofHead} in head: the control may differ too`];
}
