import { parentPort } from 'node:worker_threads';
import { judge } from './judge.js';
import type { Replaced } from './mutated-lock.js';

/** What the worker is asked. */
export interface Task {
  readonly directory: string;
  /** Differs for every one. */
  readonly id: number;
  readonly candidate: Replaced;
  readonly timeMs: number;
}

parentPort?.on('message', ({ directory, id, candidate, timeMs }: Task) => {
  void judge(directory, id, candidate, timeMs).then((judgement) =>
    parentPort?.postMessage(judgement),
  );
});
