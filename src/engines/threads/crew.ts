import { Worker } from 'node:worker_threads';
import { EngineFailure } from '../engine.js';
import type { WorkerMessage, WorkerSetup } from './messages.js';
import type { Queued } from './processor-time.js';

/** Threads that do not even start within this time never will. */
const startLimitMs = 60_000;
/** How long threads get to end by themselves once another one has failed. */
const leaveLimitMs = 500;

/** A worker threw, or ended before its time. */
export interface Casualty {
  readonly thread: number;
  readonly message: string;
  /** Where it was thrown; empty if the worker just died. */
  readonly stack: string;
}

/** The workers of one trial: started together, watched, and never ended in the middle unless one has failed. */
export class Crew {
  readonly systemThreads: number[] = [];
  /** What each thread that has ended by itself had to wait for a CPU. */
  readonly queued: (Queued | undefined)[] = [];
  readonly #workers: readonly Worker[];
  readonly #ended: Promise<void>[];
  readonly #ready: Promise<void>[];
  readonly #running = new Set<number>();
  #casualty: Casualty | undefined;
  #raise: () => void = () => undefined;
  /** Settles when a worker fails. */
  readonly #failed = new Promise<void>((resolve) => {
    this.#raise = resolve;
  });

  constructor(setups: readonly WorkerSetup[]) {
    const entry = new URL('./worker.js', import.meta.url);
    this.#workers = setups.map((setup) => new Worker(entry, { workerData: setup }));
    this.#ready = this.#workers.map(
      (worker, thread) =>
        new Promise((resolve) => {
          worker.on('message', (message: WorkerMessage) => {
            if (message.type === 'ready') {
              this.systemThreads[thread] = message.systemThread;
              resolve();
            } else if (message.type === 'ended') {
              this.queued[thread] = message.queued;
              this.#running.delete(thread);
            } else {
              this.#lose({ thread, message: message.message, stack: message.stack });
            }
          });
        }),
    );
    this.#ended = this.#workers.map((worker, thread) => {
      this.#running.add(thread);
      return new Promise((resolve) => {
        worker.on('error', (error: unknown) => {
          this.#lose({
            thread,
            message: error instanceof Error ? error.message : String(error),
            stack: '',
          });
        });
        worker.on('exit', (code) => {
          if (this.#running.has(thread)) {
            this.#lose({ thread, message: `ended with exit code ${code}`, stack: '' });
          }
          this.#running.delete(thread);
          resolve();
        });
      });
    });
  }

  /** The first worker that failed. */
  get casualty(): Casualty | undefined {
    return this.#casualty;
  }

  /** Threads that have not ended. */
  get running(): readonly number[] {
    return [...this.#running];
  }

  /** Resolves when all threads stand at the barrier; rejects if one fails before. */
  async assembled(): Promise<void> {
    const limit = timer(startLimitMs);
    await Promise.race([Promise.all(this.#ready), this.#failed, limit.passed]);
    limit.clear();
    if (this.#casualty === undefined && this.systemThreads.length < this.#workers.length) {
      throw new EngineFailure(
        'worker-died',
        `the worker threads did not start within ${startLimitMs / 1000} s: is the machine overloaded?`,
      );
    }
  }

  /** Resolves after `ms`, or when all threads have ended or one has failed. */
  async pass(ms: number): Promise<void> {
    const limit = timer(ms);
    await Promise.race([limit.passed, this.#failed, this.#over()]);
    limit.clear();
  }

  /** Ends what still runs, after a failure: by itself if it can, by force if it cannot. */
  async disband(): Promise<void> {
    const limit = timer(leaveLimitMs);
    await Promise.race([this.#over(), limit.passed]);
    limit.clear();
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #over(): Promise<unknown> {
    return Promise.all(this.#ended);
  }

  #lose(casualty: Casualty): void {
    this.#casualty ??= casualty;
    this.#running.delete(casualty.thread);
    this.#raise();
  }
}

function timer(ms: number): { readonly passed: Promise<void>; readonly clear: () => void } {
  let clear = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    const timeout = setTimeout(resolve, ms);
    clear = () => {
      clearTimeout(timeout);
    };
  });
  return { passed, clear: () => clear() };
}
