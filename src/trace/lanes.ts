/** A stretch of time. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * For each stretch the number of a lane, such that those of one lane lie apart or within each other. Locks need not be
 * released in the order in which they were taken, so what a thread holds may need more than one.
 *
 * @param stretches by their beginnings, the longer first of those that begin together
 */
export function lanesOf(stretches: readonly Stretch[]): readonly number[] {
  /** By lane, the ends of what is open, the last that began on top. */
  const open: number[][] = [];
  return stretches.map(({ from, to }) => {
    for (let lane = 0; ; lane++) {
      const ends = (open[lane] ??= []);
      while ((ends.at(-1) ?? Infinity) <= from) ends.pop();
      if (to <= (ends.at(-1) ?? Infinity)) {
        ends.push(to);
        return lane;
      }
    }
  });
}
