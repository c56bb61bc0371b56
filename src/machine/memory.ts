/**
 * Plain, unordered access to the shared words, for data that a lock guards and for setting up a trial.
 * The engine that explores interleavings has its own, which also knows what was freed.
 */
export interface Memory {
  get(word: number): number;
  set(word: number, value: number): void;
  /** Nobody is to touch these words until they are in use again. For an engine that looks out for those who do. */
  free?(word: number, words: number): void;
  use?(word: number, words: number): void;
}

/** Memory over one `Int32Array`, shared or not. */
export class ArrayMemory implements Memory {
  readonly words: Int32Array;

  constructor(words: Int32Array) {
    this.words = words;
  }

  get(word: number): number {
    return this.words[word] as number;
  }

  set(word: number, value: number): void {
    this.words[word] = value;
  }
}
