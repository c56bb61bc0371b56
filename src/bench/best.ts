/**
 * What one call of `turn` costs at best: the least of `rounds` measured means, in ns. The least, because
 * everything that a shared machine adds to a short loop is noise that only makes it longer.
 *
 * @param turn runs `times` operations
 */
export function bestNs(rounds: number, times: number, turn: (times: number) => void): number {
  turn(times);
  turn(times);
  let best = Infinity;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    turn(times);
    best = Math.min(best, ((performance.now() - start) * 1e6) / times);
  }
  return best;
}
