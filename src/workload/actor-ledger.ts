const capacity = 64;

/**
 * What a thread has taken and must give back: mappings (first page, pages) or probes (region, page), last
 * in first out. Private to the thread; allocates nothing after construction.
 */
export class ActorLedger {
  readonly #first = new Int32Array(capacity);
  readonly #second = new Int32Array(capacity);
  #held = 0;

  get held(): number {
    return this.#held;
  }

  get isFull(): boolean {
    return this.#held === capacity;
  }

  /** Of the last entry; -1 if there is none. */
  get first(): number {
    return this.#held === 0 ? -1 : (this.#first[this.#held - 1] as number);
  }

  get second(): number {
    return this.#held === 0 ? -1 : (this.#second[this.#held - 1] as number);
  }

  push(first: number, second: number): void {
    this.#first[this.#held] = first;
    this.#second[this.#held] = second;
    this.#held++;
  }

  pop(): void {
    this.#held--;
  }
}
