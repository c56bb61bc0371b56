import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Judgement } from './judge.js';
import type { Replaced } from './mutated-lock.js';
import type { Task } from './worker.js';

/** So long a mutant may be over its time before it is taken to be in a loop without a step. */
const graceMs = 10_000;

/** Judges mutants one after the other in a thread of its own, which a loop that never ends cannot hold up. */
export class Judge {
  private readonly directory: string;
  private readonly timeMs: number;
  private judged = 0;
  private worker: Worker | undefined;

  constructor(directory: string, timeMs: number) {
    this.directory = directory;
    this.timeMs = timeMs;
  }

  async judge(candidate: Replaced): Promise<Judgement> {
    const worker = (this.worker ??= new Worker(new URL('worker.js', import.meta.url)));
    const { directory, timeMs } = this;
    const task: Task = { directory, id: this.judged++, candidate, timeMs };
    const patience = new AbortController();
    const timer = setTimeout(() => {
      patience.abort();
    }, timeMs + graceMs);
    worker.postMessage(task);
    const judgement = await once(worker, 'message', { signal: patience.signal }).then(
      ([answer]) => answer as Judgement,
      (error: unknown) => {
        if (patience.signal.aborted) return undefined;
        throw error;
      },
    );
    clearTimeout(timer);
    if (judgement !== undefined) return judgement;
    await this.end();
    return { outcome: 'killed', by: 'goes round without a step' };
  }

  async end(): Promise<void> {
    await this.worker?.terminate();
    this.worker = undefined;
  }
}
