import { cellsOf } from '../results/cells.js';
import type { Result, StrategyResult } from '../results/result.js';
import {
  machineFingerprint,
  simulatedFingerprint,
  type Fingerprint,
} from '../results/fingerprint.js';

/** What a person must know of a saved baseline to choose it. Plain data, which `--format json` prints as it is. */
export interface BaselineSummary {
  readonly name: string;
  readonly label: string | null;
  /** The mmlock that measured it. */
  readonly version: string;
  readonly commit: string | null;
  /** UTC, ISO 8601; null, as the host, of what was simulated. */
  readonly started: string | null;
  readonly host: string | null;
  /** Every block of every workload was run. */
  readonly complete: boolean;
  readonly machine: Fingerprint;
  readonly workloads: readonly {
    readonly name: string;
    readonly threads: number;
    readonly reference: string;
    /** Those that ran, without the A/A arm. */
    readonly strategies: readonly string[];
    readonly refused: readonly string[];
    /** Blocks that count, and blocks planned. */
    readonly blocks: number;
    readonly planned: number;
  }[];
}

export function summarise(name: string, result: Result): BaselineSummary {
  const { mmlock, environment, complete } = result;
  return {
    ...{ name, label: result.label ?? null, version: mmlock.version, commit: mmlock.commit },
    ...{ started: environment?.started ?? null, host: environment?.host ?? null, complete },
    machine: environment === null ? simulatedMachine(result) : machineFingerprint(environment),
    workloads: result.workloads.map((workload) => {
      const labelsOf = (wanted: StrategyResult['status']): string[] =>
        workload.strategies
          .filter(({ status, repeats }) => status === wanted && repeats === null)
          .map(({ strategy }) => strategy.name);
      return {
        name: workload.name,
        threads: workload.plan.threads,
        reference: workload.reference,
        strategies: labelsOf('ok'),
        refused: labelsOf('unsupported'),
        blocks: cellsOf(workload).blocks.length,
        planned: workload.orders.length,
      };
    }),
  };
}

/** What the first workload was simulated on: one invocation has one machine. */
function simulatedMachine({ workloads }: Result): Fingerprint {
  const machine = workloads[0]?.plan.machine;
  return machine === undefined ? {} : simulatedFingerprint(machine);
}
