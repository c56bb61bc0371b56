import { Counters } from './counters.js';

/** The word steps of a `Cpu` in direct form, on memory that nobody shares: what derived code runs on in tests. */
export class PlainCpu {
  readonly id = 0;
  readonly count = new Counters();
  readonly words: Int32Array;
  /** Steps that would have waited for another thread, which there is not. */
  waits = 0;

  constructor(words: number) {
    this.words = new Int32Array(words);
  }

  load(word: number): number {
    return this.words[word] ?? 0;
  }

  get(word: number): number {
    return this.load(word);
  }

  store(word: number, value: number): number {
    return this.swap(word, value);
  }

  swap(word: number, value: number): number {
    const old = this.load(word);
    this.words[word] = value;
    return old;
  }

  add(word: number, value: number): number {
    return this.swap(word, this.load(word) + value);
  }

  cas(word: number, expected: number, value: number): number {
    return this.load(word) === expected ? this.swap(word, value) : this.load(word);
  }

  awaitChange(word: number): number {
    this.waits++;
    return this.load(word);
  }

  park(): number {
    this.waits++;
    return 0;
  }

  wake(): number {
    return 0;
  }
}
