import type { ThreadCount } from './schema-scalars.js';
import type { Parsed } from './units.js';

/** How a number of threads falls on roles. */
export interface ThreadShares {
  /** Threads of each role, in the order of the roles; at least one each. */
  readonly counts: readonly number[];
  /** What a user should know of how it came about. */
  readonly notes: readonly string[];
}

export interface NamedCount {
  readonly name: string;
  readonly threads: ThreadCount;
}

/**
 * Deals threads to roles: numbered roles take theirs; percentages divide what those leave in proportion, by
 * largest remainder, at least one each.
 *
 * @param asked `--threads`; undefined: `usual`, raised to what the roles need at least
 * @param usual the number of threads where none is asked for: the cores
 */
export function shareThreads(
  roles: readonly NamedCount[],
  asked: number | undefined,
  usual: number,
): Parsed<ThreadShares> {
  const numbered = roles.reduce((sum, { threads }) => sum + numberOf(threads), 0);
  const shared = roles.filter(({ threads }) => 'share' in threads).length;
  const least = numbered + shared;
  if (shared === 0 && asked !== undefined && asked !== numbered) {
    const message = `--threads ${asked} has nothing to scale: the roles ask for ${numbered} in numbers; give one of them a percentage`;
    return { ok: false, message };
  }
  if (asked !== undefined && asked < least) {
    const message = `--threads ${asked} is too few: ${described(roles)} need at least ${least}`;
    return { ok: false, message };
  }
  const total = shared === 0 ? numbered : Math.max(asked ?? usual, least);
  const notes =
    asked === undefined && shared > 0 && least > usual
      ? [`${least} threads on ${usual} ${usual === 1 ? 'core' : 'cores'}: the roles need that many`]
      : [];
  const weights = roles.map(({ threads }) => ('share' in threads ? threads.share : 0));
  const dealt = largestRemainder(weights, total - numbered);
  const counts = roles.map(({ threads }, i) =>
    'count' in threads ? threads.count : (dealt[i] ?? 1),
  );
  return { ok: true, value: { counts, notes } };
}

const numberOf = (threads: ThreadCount): number => ('count' in threads ? threads.count : 0);

const described = (roles: readonly NamedCount[]): string =>
  roles
    .map(({ name, threads }) => `${name} (${'count' in threads ? threads.count : 'at least 1'})`)
    .join(', ');

/** Deals `total` in proportion to the weights above 0, at least one to each of them. */
function largestRemainder(weights: readonly number[], total: number): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  const exact = weights.map((weight) => (sum === 0 ? 0 : (weight / sum) * total));
  const dealt = exact.map((share, i) =>
    (weights[i] ?? 0) > 0 ? Math.max(1, Math.floor(share)) : 0,
  );
  const leftOver = (i: number): number => (exact[i] ?? 0) - (dealt[i] ?? 0);
  const order = weights.flatMap((weight, i) => (weight > 0 ? [i] : []));
  let rest = total - dealt.reduce((a, b) => a + b, 0);
  while (rest > 0) {
    const most = order.reduce((best, i) => (leftOver(i) > leftOver(best) ? i : best));
    dealt[most] = (dealt[most] ?? 0) + 1;
    rest--;
  }
  while (rest < 0) {
    const rich = order.filter((i) => (dealt[i] ?? 0) > 1);
    const least = rich.reduce((best, i) => (leftOver(i) < leftOver(best) ? i : best));
    dealt[least] = (dealt[least] ?? 0) - 1;
    rest++;
  }
  return dealt;
}
