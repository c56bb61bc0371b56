import type { HarnessCost } from '../engines/engine.js';
import type { Trial } from '../engines/trial.js';
import type { Environment } from '../results/environment.js';
import { resultFormat, schemaVersion } from '../results/result.js';
import type {
  Confirmation,
  EngineName,
  Interruption,
  Result,
  WorkloadResult,
} from '../results/result.js';
import type { ExitStatus } from './exit-status.js';

/** A workload with everything settled, before its first trial; `notes` are those of compiling it. */
export type PreparedWorkload = Omit<WorkloadResult, 'harness' | 'trials' | 'confirmation'>;

/** What does not change during a run. */
export interface RunIdentity {
  readonly mmlock: Result['mmlock'];
  readonly commandLine: readonly string[];
  readonly label?: string;
  readonly engine: EngineName;
  readonly seed: number;
}

/** One run while it goes on: collects what the engine reports, and gives the result so far. */
export class BenchRecord {
  readonly #workloads: PreparedWorkload[];
  readonly #identity: RunIdentity;
  readonly #measured: readonly Measured[];
  #interruption: Interruption | null = null;

  constructor(identity: RunIdentity, workloads: readonly PreparedWorkload[]) {
    this.#identity = identity;
    this.#workloads = [...workloads];
    this.#measured = workloads.map(({ notes }) => ({
      harness: null,
      trials: [],
      confirmation: null,
      notes: [...notes],
    }));
  }

  get workloads(): readonly PreparedWorkload[] {
    return this.#workloads;
  }

  get engine(): EngineName {
    return this.#identity.engine;
  }

  /** More blocks than were planned. */
  extend(workload: number, orders: PreparedWorkload['orders']): void {
    const planned = this.#workloads[workload];
    if (planned === undefined) return;
    this.#workloads[workload] = { ...planned, orders: [...planned.orders, ...orders] };
  }

  /** A second run begins, into which `addConfirmationTrial` puts its trials. */
  beginConfirmation(workload: number, confirmation: Omit<Confirmation, 'trials'>): void {
    const measured = this.#measured[workload];
    if (measured !== undefined) measured.confirmation = { ...confirmation, trials: [] };
  }

  addConfirmationTrial(workload: number, trial: Trial): void {
    this.#measured[workload]?.confirmation?.trials.push(trial);
  }

  /** One workload as it is now. */
  workload(index: number): WorkloadResult {
    const workload = this.#workloads[index];
    const measured = this.#measured[index];
    if (workload === undefined || measured === undefined) throw new Error(`no workload ${index}`);
    return { ...workload, ...measured };
  }

  addTrial(workload: number, trial: Trial): void {
    this.#measured[workload]?.trials.push(trial);
  }

  /** Once for each text: an engine says some things of every block. */
  addNote(workload: number, text: string): void {
    const notes = this.#measured[workload]?.notes;
    if (notes?.includes(text) === false) notes.push(text);
  }

  setHarness(workload: number, harness: HarnessCost): void {
    const measured = this.#measured[workload];
    if (measured !== undefined) measured.harness = harness;
  }

  /** The first reason stands: what follows from it explains nothing. */
  interrupt(interruption: Interruption): void {
    this.#interruption ??= interruption;
  }

  get interruption(): Interruption | null {
    return this.#interruption;
  }

  /** Blocks of a workload in which every strategy that runs has its trial. */
  finishedBlocks(workload: number): number {
    const orders = this.#workloads[workload]?.orders ?? [];
    const trials = this.#measured[workload]?.trials ?? [];
    return orders.filter(
      (order, index) => trials.filter(({ block }) => block === index + 1).length >= order.length,
    ).length;
  }

  plannedBlocks(): number {
    return this.#workloads.reduce((sum, { orders }) => sum + orders.length, 0);
  }

  allFinishedBlocks(): number {
    return this.#workloads.reduce((sum, _, index) => sum + this.finishedBlocks(index), 0);
  }

  /** The result as it is now. `exit` is null while the run goes on. */
  result(environment: Environment | null, exit: ExitStatus | null): Result {
    return {
      format: resultFormat,
      schemaVersion,
      ...this.#identity,
      environment,
      workloads: this.#workloads.map((_, index) => this.workload(index)),
      complete: this.allFinishedBlocks() === this.plannedBlocks(),
      interrupted: this.#interruption,
      exit,
    };
  }
}

interface Measured {
  harness: HarnessCost | null;
  readonly trials: Trial[];
  confirmation: (Omit<Confirmation, 'trials'> & { readonly trials: Trial[] }) | null;
  readonly notes: string[];
}
