import { parentPort } from 'node:worker_threads';
import { judge, type Candidate } from './judge.js';

/** What the worker is asked. */
export interface Task {
  readonly directory: string;
  /** Differs for every one. */
  readonly id: number;
  readonly candidate: Candidate;
  readonly timeMs: number;
}

parentPort?.on('message', ({ directory, id, candidate, timeMs }: Task) => {
  void judge(directory, id, candidate, timeMs).then((judgement) =>
    parentPort?.postMessage(judgement),
  );
});
