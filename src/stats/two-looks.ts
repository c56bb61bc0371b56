import { judgeFamily, type JudgedCell, type Limits } from './verdict.js';

/** Levels of the two looks at a run, which together spend 5 %, and of a confirmation. */
export const looks = { first: 0.01, second: 0.04, confirmation: 0.05 } as const;

/** A gated cell as it was when it was first looked at, and with all its blocks; log-ratios turned so that less is worse. */
export interface TwiceLookedAt {
  readonly first: readonly number[];
  readonly all: readonly number[];
  readonly limits: Limits;
}

/**
 * Judges a family of cells at the first look, and what that leaves open once more with all blocks, where there are
 * more: never oftener, as whoever looks until something is significant will find it.
 */
export function judgeTwice(cells: readonly TwiceLookedAt[]): JudgedCell[] {
  const early = judgeFamily(
    cells.map(({ first, limits }) => ({ logRatios: first, limits })),
    looks.first,
  );
  const late = judgeFamily(
    cells.map(({ all, limits }) => ({ logRatios: all, limits })),
    looks.second,
  );
  return early.map((judged, index) => {
    const isOpen = judged.verdict === 'inconclusive';
    const hasMore = (cells[index]?.all.length ?? 0) > (cells[index]?.first.length ?? 0);
    return (isOpen && hasMore ? late[index] : undefined) ?? judged;
  });
}
