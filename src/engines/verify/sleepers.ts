/** CPUs that are parked, first come first, and which of them have been woken. Allocates nothing. */
export class Sleepers {
  private readonly queue: Int32Array;
  private count = 0;
  /** What CPU t is or was parked on, and 1 once it has been woken from there. */
  private readonly words: Int32Array;
  private readonly woken: Uint8Array;

  constructor(threads: number) {
    this.queue = new Int32Array(threads);
    this.words = new Int32Array(threads);
    this.woken = new Uint8Array(threads);
  }

  reset(): void {
    this.count = 0;
  }

  add(thread: number, word: number): void {
    this.words[thread] = word;
    this.woken[thread] = 0;
    this.queue[this.count++] = thread;
  }

  isWoken(thread: number): boolean {
    return this.woken[thread] === 1;
  }

  /** The thread goes on, woken or not. */
  remove(thread: number): void {
    for (let i = 0; i < this.count; i++) {
      if (this.queue[i] === thread) this.unqueue(i--);
    }
  }

  /** Wakes those who came first, `most` at most. Gives how many. */
  wake(word: number, most: number): number {
    let woken = 0;
    for (let i = 0; i < this.count && woken < most; i++) {
      const thread = this.queue[i] as number;
      if (this.words[thread] !== word) continue;
      this.woken[thread] = 1;
      this.unqueue(i--);
      woken++;
    }
    return woken;
  }

  private unqueue(index: number): void {
    this.queue.copyWithin(index, index + 1, this.count);
    this.count--;
  }
}
