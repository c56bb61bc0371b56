import { lockClasses } from '../../machine/lock-class.js';
import type { Plan } from '../../workload/plan.js';
import type { ThreadsAssembly } from './assembly.js';

/** Watches from outside what the threads of a trial finish, by the words that they publish. */
export class Progress {
  readonly #words: Int32Array;
  readonly #assembly: ThreadsAssembly;
  readonly #plan: Plan;
  readonly #last: number[];
  #lastChangeNs: number;

  constructor(words: Int32Array, assembly: ThreadsAssembly, plan: Plan, nowNs: number) {
    this.#words = words;
    this.#assembly = assembly;
    this.#plan = plan;
    this.#last = plan.actors.map(() => 0);
    this.#lastChangeNs = nowNs;
  }

  /** Operations that all threads together have finished since the last call. */
  advance(nowNs: number): number {
    let finished = 0;
    for (let thread = 0; thread < this.#last.length; thread++) {
      const now = Atomics.load(this.#words, this.#assembly.run.progress(thread));
      finished += (now - (this.#last[thread] as number)) | 0;
      this.#last[thread] = now;
    }
    if (finished !== 0) this.#lastChangeNs = nowNs;
    return finished;
  }

  /** How long no thread has finished anything. */
  stillNs(nowNs: number): number {
    return nowNs - this.#lastChangeNs;
  }

  /** What each of these threads was doing when it was last heard of, for a message. */
  describe(threads: readonly number[]): string {
    return threads.map((thread) => this.#describeThread(thread)).join('; ');
  }

  #describeThread(thread: number): string {
    const { control, run } = this.#assembly;
    const role = this.#plan.roles[this.#plan.actors[thread]?.role ?? -1];
    const operation = role?.rows[this.#word(run.row(thread)) - 1];
    const lockClass = lockClasses[this.#word(control.waitingFor(thread)) - 1];
    const where = operation === undefined ? 'before its first operation' : `in ${operation}`;
    const what =
      lockClass === undefined
        ? this.#word(control.running(thread)) === 1
          ? 'running'
          : 'asleep'
        : `waiting for ${lockClass}`;
    return `thread ${thread} (${role?.name ?? '?'}) ${where}, ${what}`;
  }

  #word(word: number): number {
    return Atomics.load(this.#words, word);
  }
}
