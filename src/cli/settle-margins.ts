import { autoPlaces, settleAuto } from '../gate/auto-margins.js';
import type { GatedWorkload } from '../gate/gated-cells.js';
import { leastArms } from '../stats/historic-floor.js';
import { marginText } from '../report/verdict-words.js';
import type { WorkloadResult } from '../results/result.js';
import type { AutoMargin, Gate } from '../workload/gate.js';
import type { BenchOptions } from './bench-options.js';
import type { Context } from './context.js';
import { earlierResults } from './earlier-results.js';

/** A gate that can be judged from the result alone, and what to note of it. */
export interface SettledMargins {
  readonly gate: Gate | null;
  readonly note: readonly string[];
}

export const notGated: SettledMargins = { gate: null, note: [] };

/**
 * Finds out, before anything is measured, what every `auto` stands for: from the newest results in the folder that
 * this run's result will go into. Without an `auto` nothing is read.
 *
 * @param identity what is run: the text of the workload, and which cell of it
 */
export function settleMargins(
  gate: Gate,
  workload: GatedWorkload,
  identity: Pick<WorkloadResult, 'text' | 'cell'>,
  options: BenchOptions,
  { directory }: Context,
): SettledMargins {
  const places = autoPlaces(workload, gate);
  if (places.length === 0) return { gate, note: [] };
  const { plan, reference } = workload;
  const { files, folder, fingerprint } = earlierResults({ ...identity, plan }, options, directory);
  const auto = settleAuto(places, files, fingerprint, reference, options.host);
  return { gate: { ...gate, auto }, note: [describe(auto, folder)] };
}

/** `margin auto: throughput of faulter 12% (noise floor of 14 runs in results)`. */
function describe(auto: readonly AutoMargin[], folder: string): string {
  const texts = auto.map(({ metric, role, op, margin, from, arms }) => {
    const place = op === null ? role : `${role} ${op}`;
    const source =
      arms < leastArms
        ? `usual; it takes ${leastArms} earlier A/A arms of this machine and workload, and ${folder} has ${arms}`
        : from === 'usual'
          ? `usual; the historic floor of ${arms} runs is less`
          : `historic floor of ${arms} runs in ${folder}`;
    return `${metric} of ${place} ${marginText(margin)} (${source})`;
  });
  return `margin auto: ${texts.join('; ')}`;
}
