/** Words of a cache line of 64 bytes: what a structure's first word is aligned to at least. */
export const lineWords = 16;

/** Words between two structures: two lines, so that the adjacent-line prefetcher does not make neighbours share. */
export const structureWords = 32;

/** 32-bit words of a 4 KiB page. */
export const pageWords = 1024;

/** Rounds up to whole structures. */
export const alignWords = (words: number): number =>
  Math.ceil(words / structureWords) * structureWords;

/**
 * Deals out the shared words. It is deterministic: the same calls give the same indices, so that every
 * worker finds a structure where the others have it without being told. Word 0 is never dealt out, so 0
 * can mean "none".
 */
export class Layout {
  #next = structureWords;
  readonly #keepsContents: boolean;

  /** `keepsContents` false: the contents of frames are kept elsewhere. */
  constructor(keepsContents = true) {
    this.#keepsContents = keepsContents;
  }

  /** First word of `words` zeroed words that share no cache line with any other structure. */
  allocate(words: number): number {
    const first = this.#next;
    this.#next += alignWords(words);
    return first;
  }

  /** As `allocate`, for the contents of frames; 0 where they are kept elsewhere. */
  allocateContents(words: number): number {
    return this.#keepsContents ? this.allocate(words) : 0;
  }

  /** How many words have been dealt out, word 0's line included. */
  get words(): number {
    return this.#next;
  }
}
