import { Worker } from 'node:worker_threads';
import { EngineFailure } from '../engine.js';
import type { Trial } from '../trial.js';
import type { TrialReply, TrialRequest } from './messages.js';

/** The worker with all that it loads, in conditional form: this module itself runs as written. */
const bundled = new URL('./bundle/worker.js', import.meta.url);

/**
 * Workers that run trials side by side, one on each core of the host. Which of them runs a trial, and when, leaves no
 * trace in it.
 */
export class TrialPool {
  readonly #size: number;
  readonly #entry: URL;
  readonly #idle: Worker[] = [];
  readonly #all = new Set<Worker>();
  readonly #waiting: WaitingTrial[] = [];

  /**
   * @param size most trials that run at once
   * @param entry what a worker loads
   */
  constructor(size: number, entry = bundled) {
    this.#size = size;
    this.#entry = entry;
  }

  /** @throws EngineFailure if the trial fails, its worker dies, or the pool is closed before it has ended */
  async run(request: TrialRequest): Promise<Trial> {
    const worker = await this.#take();
    const reply = await ask(worker, request).catch((error: unknown): TrialReply => {
      this.#all.delete(worker);
      const why = error instanceof Error ? error.message : String(error);
      const where = `strategy ${request.strategy.name}, block ${request.block}`;
      return { ok: false, kind: 'worker-died', message: `${where}: the worker died: ${why}` };
    });
    if (this.#all.has(worker)) this.#give(worker);
    if (reply.ok) return reply.trial;
    throw new EngineFailure(reply.kind, reply.message);
  }

  /** Ends all workers, in the middle of a trial too. */
  async close(): Promise<void> {
    const all = [...this.#all];
    this.#all.clear();
    for (const { reject } of this.#waiting.splice(0)) {
      reject(new EngineFailure('killed', 'the trial ended before it had begun'));
    }
    await Promise.all(all.map((worker) => worker.terminate()));
  }

  async #take(): Promise<Worker> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#all.size < this.#size) {
      const worker = new Worker(this.#entry, { execArgv: ['--enable-source-maps'] });
      this.#all.add(worker);
      return worker;
    }
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #give(worker: Worker): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(worker);
    else next.resolve(worker);
  }
}

/** A trial that waits for a worker. */
interface WaitingTrial {
  readonly resolve: (worker: Worker) => void;
  readonly reject: (error: Error) => void;
}

function ask(worker: Worker, request: TrialRequest): Promise<TrialReply> {
  return new Promise((resolve, reject) => {
    const onMessage = (reply: TrialReply): void => {
      settle();
      resolve(reply);
    };
    const onError = (error: unknown): void => {
      settle();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    const onExit = (code: number): void => onError(new Error(`it ended with exit code ${code}`));
    // Only these: `terminate` listens too, and would wait for ever without its own.
    const settle = (): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
    };
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.postMessage(request);
  });
}
