import { apartWord, pageWords } from '../../machine/layout.js';
import type { Memory } from '../../machine/memory.js';
import type { FrameContents } from './frame-contents.js';

/** The shared words, and apart from them the contents of frames. */
export class SimMemory implements Memory {
  readonly #words: Int32Array;
  readonly #contents: FrameContents;

  constructor(words: Int32Array, contents: FrameContents) {
    this.#words = words;
    this.#contents = contents;
  }

  get(word: number): number {
    if (word < apartWord) return this.#words[word] as number;
    return this.#contents.get(Math.floor(word / pageWords), word % pageWords);
  }

  set(word: number, value: number): void {
    if (word < apartWord) this.#words[word] = value;
    else this.#contents.set(Math.floor(word / pageWords), word % pageWords, value);
  }
}
