import type { PartOfTime } from '../explain/explanation.js';
import { lookOf, stretchText } from './explain-words.js';
import type { Paint } from './paint.js';

/**
 * The whole as a bar of `width` characters, each part a stretch of it. A stretch that has the room says the class of
 * the lock that was waited for.
 */
export function renderBar(
  parts: readonly Pick<PartOfTime, 'kind' | 'lockClass' | 'share'>[],
  width: number,
  paint: Paint,
): string {
  const lengths = apportion(
    parts.map(({ share }) => share),
    width,
  );
  return parts
    .map((part, index) => {
      const { fill, tone } = lookOf(part);
      return paint(tone, stretch(fill, stretchText(part), lengths[index] ?? 0));
    })
    .join('');
}

/** A character of the fill stands on both sides of what is written into it. */
function stretch(fill: string, text: string, length: number): string {
  const written = text === '' || length < text.length + 2 ? '' : fill + text;
  return written + fill.repeat(length - written.length);
}

/**
 * Whole numbers in proportion to shares of 1, that add up to `width` where the shares add up to 1: what rounding down
 * leaves over goes to those who lost most by it.
 */
export function apportion(shares: readonly number[], width: number): readonly number[] {
  const exact = shares.map((share) => Math.max(0, share) * width);
  const lengths = exact.map(Math.floor);
  const sum = (values: readonly number[]): number =>
    values.reduce((total, value) => total + value, 0);
  const left = Math.round(sum(exact)) - sum(lengths);
  const byLoss = exact
    .map((value, index) => ({ index, loss: value - Math.floor(value) }))
    .sort((a, b) => b.loss - a.loss || a.index - b.index);
  for (const { index } of byLoss.slice(0, Math.max(0, left))) {
    lengths[index] = (lengths[index] ?? 0) + 1;
  }
  return lengths;
}
