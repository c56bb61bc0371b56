import type { Strategy } from '../../strategies/strategy.js';
import type { Plan } from '../../workload/plan.js';
import type { EngineFailure, HarnessCost } from '../engine.js';
import type { Trial } from '../trial.js';
import type { Queued } from './processor-time.js';

/** What every trial of a run has in common. */
export interface TrialSettings {
  readonly plan: Plan;
  /** CPUs that the process may use. */
  readonly cores: number;
  readonly harness: HarnessCost;
  /** Mean gap between timed operations, by role and row. */
  readonly gaps: readonly (readonly number[])[];
  /** Time without any progress after which the threads count as stuck. */
  readonly watchdogNs: number;
}

/** What the engine asks of a child process: one request a process. */
export type Request =
  | { readonly type: 'calibrate'; readonly threads: number; readonly cores: number }
  | {
      readonly type: 'block';
      readonly settings: TrialSettings;
      readonly strategies: readonly Strategy[];
      /** Indices into `strategies`, in the order in which they run. */
      readonly order: readonly number[];
      readonly block: number;
    };

/** How long the threads of a trial asked to sleep, and slept, ns. */
export interface Sleeps {
  readonly askedNs: number;
  readonly tookNs: number;
}

/** What a child process answers. After `done` or `failed` it ends. */
export type Reply =
  | { readonly type: 'calibrated'; readonly harness: HarnessCost }
  | { readonly type: 'trial'; readonly trial: Trial; readonly sleeps: Sleeps }
  | { readonly type: 'failed'; readonly kind: EngineFailure['kind']; readonly message: string }
  | { readonly type: 'done' };

/** What a worker is started with. */
export interface WorkerSetup {
  readonly buffer: SharedArrayBuffer;
  readonly originNs: bigint;
  readonly settings: TrialSettings;
  readonly strategy: Strategy;
  readonly thread: number;
  readonly block: number;
}

/** What a worker tells. */
export type WorkerMessage =
  | {
      readonly type: 'ready';
      /** The system's id of the thread, or 0 where it does not tell. */
      readonly systemThread: number;
    }
  | { readonly type: 'ended'; readonly queued: Queued | undefined }
  | {
      readonly type: 'threw';
      readonly message: string;
      readonly stack: string;
    };
