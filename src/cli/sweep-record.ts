import type { TrialRequest } from '../engines/sim/messages.js';
import type { Trial } from '../engines/trial.js';
import {
  resultFormat,
  schemaVersion,
  type Interruption,
  type Result,
  type SweepPlan,
} from '../results/result.js';
import {
  inOrder,
  shardTrials,
  sweepTrials,
  trialKey,
  type SweepTrial,
} from '../results/sweep-trials.js';
import type { PreparedWorkload, RunIdentity } from './bench-record.js';
import type { ExitStatus } from './exit-status.js';

/** A sweep while it goes on: which of its trials have finished, whatever their order, and the result so far. */
export class SweepRecord {
  readonly #identity: Omit<RunIdentity, 'commandLine' | 'engine'>;
  readonly #sweep: SweepPlan;
  readonly #cells: readonly PreparedWorkload[];
  readonly #finished = new Map<string, Trial>();
  /** In the order in which they are to run. */
  readonly trials: readonly SweepTrial[];
  #interruption: Interruption | null = null;

  constructor(
    identity: Omit<RunIdentity, 'commandLine' | 'engine'>,
    sweep: SweepPlan,
    cells: readonly PreparedWorkload[],
  ) {
    this.#identity = identity;
    this.#sweep = sweep;
    this.#cells = cells;
    this.trials = shardTrials(sweepTrials(cells), sweep.shard);
  }

  get finishedTrials(): number {
    return this.#finished.size;
  }

  get interruption(): Interruption | null {
    return this.#interruption;
  }

  /** Takes over what an earlier run of the same sweep has finished. */
  restore({ workloads }: Pick<Result, 'workloads'>): void {
    const own = new Set(this.trials.map(keyOf));
    for (const [cell, { trials }] of workloads.entries()) {
      for (const trial of trials) {
        const key = trialKey(cell, trial);
        if (own.has(key)) this.#finished.set(key, trial);
      }
    }
  }

  pending(): SweepTrial[] {
    return this.trials.filter((trial) => !this.#finished.has(keyOf(trial)));
  }

  request({ cell, block, position, strategy }: SweepTrial): TrialRequest {
    return { plan: this.cell(cell).plan, strategy, block, position };
  }

  cell(index: number): PreparedWorkload {
    const cell = this.#cells[index];
    if (cell === undefined) throw new Error(`no cell ${index}`);
    return cell;
  }

  add(cell: number, trial: Trial): void {
    this.#finished.set(trialKey(cell, trial), trial);
  }

  /** Every trial of the cell that this record is to hold has finished. */
  isFinished(cell: number): boolean {
    return this.trials.every((trial) => trial.cell !== cell || this.#finished.has(keyOf(trial)));
  }

  /** The first reason stands: what follows from it explains nothing. */
  interrupt(interruption: Interruption): void {
    this.#interruption ??= interruption;
  }

  /** The result as it is now, the same whichever trial finished first. `exit` is null while the sweep goes on. */
  result(exit: ExitStatus | null): Result {
    const byCell = this.#cells.map((): Trial[] => []);
    for (const planned of this.trials) {
      const trial = this.#finished.get(keyOf(planned));
      if (trial !== undefined) byCell[planned.cell]?.push(trial);
    }
    const { mmlock, label, seed } = this.#identity;
    return {
      format: resultFormat,
      schemaVersion,
      mmlock,
      commandLine: [],
      ...(label === undefined ? {} : { label }),
      engine: 'sim',
      seed,
      sweep: this.#sweep,
      environment: null,
      workloads: this.#cells.map((cell, index) => ({
        ...cell,
        harness: null,
        trials: inOrder(byCell[index] ?? []),
        confirmation: null,
      })),
      complete: this.#finished.size === this.trials.length,
      interrupted: this.#interruption,
      exit,
    };
  }
}

const keyOf = ({ cell, block, strategy }: SweepTrial): string =>
  trialKey(cell, { block, strategy: strategy.name });
