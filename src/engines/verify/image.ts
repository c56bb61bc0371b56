import { ArrayMemory } from '../../machine/memory.js';
import { VerifyFault } from './fault.js';

const none = new Uint8Array(0);

/** Words from which on it is worth while to keep account of which have changed. */
const large = 1 << 14;

/**
 * The shared words of the checker, which are put back for every execution: whole if there are few, else only
 * those that were written.
 */
export class Image extends ArrayMemory {
  private readonly start: Int32Array;
  private readonly isLarge: boolean;
  private readonly isWritten: Uint8Array;
  private readonly written: number[] = [];
  /** 1 for a word that nobody is to touch. Empty until there is one. */
  private isFree: Uint8Array = none;
  /** First word and number of words of what was freed in this execution. */
  private readonly freed: number[] = [];

  constructor(start: Int32Array) {
    super(start.slice());
    this.start = start;
    this.isLarge = start.length >= large;
    this.isWritten = new Uint8Array(this.isLarge ? start.length : 0);
  }

  /** As at the start of an execution. */
  reset(): void {
    for (let i = 0; i < this.freed.length; i += 2) {
      this.use(this.freed[i] as number, this.freed[i + 1] as number);
    }
    this.freed.length = 0;
    if (!this.isLarge) {
      this.words.set(this.start);
      return;
    }
    for (const word of this.written) {
      this.words[word] = this.start[word] as number;
      this.isWritten[word] = 0;
    }
    this.written.length = 0;
  }

  /** Whoever writes the word other than by `set` says so. */
  mark(word: number): void {
    if (!this.isLarge || this.isWritten[word] === 1) return;
    this.isWritten[word] = 1;
    this.written.push(word);
  }

  override get(word: number): number {
    this.check(word);
    return this.words[word] as number;
  }

  override set(word: number, value: number): void {
    this.check(word);
    this.mark(word);
    this.words[word] = value;
  }

  free(word: number, words: number): void {
    if (this.isFree === none) this.isFree = new Uint8Array(this.words.length);
    this.isFree.fill(1, word, word + words);
    this.freed.push(word, words);
  }

  use(word: number, words: number): void {
    this.isFree.fill(0, word, word + words);
  }

  /** @throws VerifyFault if the word is in a record that was freed */
  check(word: number): void {
    if (this.isFree[word] !== 1) return;
    throw new VerifyFault('freed', `word ${word} is touched after its record was freed`);
  }
}
