/** The threads that sleep on each word, first come first served. */
export class Parked {
  readonly #queues = new Map<number, number[]>();

  add(word: number, thread: number): void {
    const queue = this.#queues.get(word);
    if (queue === undefined) this.#queues.set(word, [thread]);
    else queue.push(thread);
  }

  /** The thread that has slept on the word longest; -1: nobody does. */
  take(word: number): number {
    return this.#queues.get(word)?.shift() ?? -1;
  }

  /** The thread has been woken by something else. */
  remove(word: number, thread: number): void {
    const queue = this.#queues.get(word);
    const at = queue?.indexOf(thread) ?? -1;
    if (at !== -1) queue?.splice(at, 1);
  }
}
