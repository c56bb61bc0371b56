/**
 * What was written into frames word by word: breakpoints and little else. All other words of a frame hold 0, so that
 * the memory of a machine with many CPUs need not be kept.
 */
export class FrameContents {
  readonly #frames = new Map<number, Map<number, number>>();

  get(frame: number, offset: number): number {
    return this.#frames.get(frame)?.get(offset) ?? 0;
  }

  set(frame: number, offset: number, value: number): void {
    const frameWords = this.#frames.get(frame);
    if (frameWords !== undefined) frameWords.set(offset, value);
    else if (value !== 0) this.#frames.set(frame, new Map([[offset, value]]));
  }

  zero(frame: number): void {
    if (this.#frames.size > 0) this.#frames.delete(frame);
  }

  copy(to: number, from: number): void {
    if (this.#frames.size === 0) return;
    const source = this.#frames.get(from);
    if (source === undefined) this.#frames.delete(to);
    else this.#frames.set(to, new Map(source));
  }
}
