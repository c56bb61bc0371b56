/** As BenchmarkDotNet's automatic warm-up: this many changes of direction in the throughput of the slices. */
const directionChanges = 4;
/** As pyperf: the recent slices differ from those before them by at most this share. */
const tolerance = 0.05;
const compared = 4;
/** Other threads of the process may take this share of a CPU in the last so many slices. */
const quietShare = 0.1;
const quietSlices = 2;

/** A part of the warm-up. */
export interface Slice {
  /** Operations finished in it. */
  readonly finished: number;
  /** Share of a CPU that the process's other threads took, which compile what the workers run. */
  readonly others: number;
}

/**
 * Whether a warm-up may end: its throughput wavers about a level and no longer moves with time, and nothing is
 * compiled any more, which would take CPUs from the threads that are measured.
 */
export function isSteady(slices: readonly Slice[]): boolean {
  const others = slices.slice(-quietSlices).reduce((sum, slice) => sum + slice.others, 0);
  return others <= quietShare * quietSlices && isLevel(slices.map(({ finished }) => finished));
}

function isLevel(slices: readonly number[]): boolean {
  if (slices.length < 2 * compared) return false;
  let changes = 0;
  let direction = 0;
  for (let i = 1; i < slices.length; i++) {
    const next = Math.sign((slices[i] as number) - (slices[i - 1] as number));
    if (next === 0) continue;
    if (direction !== 0 && next !== direction) changes++;
    direction = next;
  }
  if (changes < directionChanges) return false;
  const recent = median(slices.slice(-compared));
  const before = median(slices.slice(-2 * compared, -compared));
  return Math.abs(recent - before) <= tolerance * before;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
