/** Words of a cache line of 64 bytes: what a structure's first word is aligned to at least. */
export const lineWords = 16;

/** Words between two structures: two lines, so that the adjacent-line prefetcher does not make neighbours share. */
export const structureWords = 32;

/** 32-bit words of a 4 KiB page. */
export const pageWords = 1024;

/**
 * First word of what is kept apart: where an engine keeps the contents of frames by what is in them, and not as words.
 * Whole frames from word 0.
 */
export const apartWord = 2 ** 32;

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
  /** The next words apart; 0: there are none. */
  #nextApart: number;

  /** `contentsApart`: the contents of frames get words from `apartWord` on, behind all others. */
  constructor(contentsApart = false) {
    this.#nextApart = contentsApart ? apartWord : 0;
  }

  /** First word of `words` zeroed words that share no cache line with any other structure. */
  allocate(words: number): number {
    const first = this.#next;
    this.#next += alignWords(words);
    return first;
  }

  /** As `allocate`, for the contents of frames. */
  allocateContents(words: number): number {
    if (this.#nextApart === 0) return this.allocate(words);
    const first = this.#nextApart;
    this.#nextApart += words;
    return first;
  }

  /** How many words have been dealt out, word 0's line included, and those apart not. */
  get words(): number {
    return this.#next;
  }
}
