/**
 * The Universal Scalability Law: throughput at n CPUs is `lambda·n / (1 + sigma·(n − 1) + kappa·n·(n − 1))`.
 * `sigma` is the share of the work that cannot go on side by side, `kappa` what each pair of CPUs costs each other.
 * Source: Gunther, Guerrilla Capacity Planning, Springer 2007, ch. 4–6.
 */
export interface ScalabilityLaw {
  readonly lambda: number;
  readonly sigma: number;
  readonly kappa: number;
}

/** Throughput that was measured at so many CPUs. */
export interface ScalingSample {
  readonly cpus: number;
  readonly throughput: number;
}

export interface ScalabilityFit extends ScalabilityLaw {
  /** Root mean square of measured / fitted − 1. */
  readonly error: number;
  /** Greatest size of measured / fitted − 1, and at how many CPUs. */
  readonly worst: { readonly error: number; readonly cpus: number };
}

/** Three parameters go through any three samples: only a fourth can gainsay them. */
export const leastSamples = 4;

/** Throughput that the law gives at so many CPUs. */
export const throughputAt = ({ lambda, sigma, kappa }: ScalabilityLaw, cpus: number): number =>
  (lambda * cpus) / (1 + sigma * (cpus - 1) + kappa * cpus * (cpus - 1));

/** CPUs at which the law is greatest, a fraction as it comes; infinite where it rises without end, 1 where it never rises. */
export function peakOf({ sigma, kappa }: Pick<ScalabilityLaw, 'sigma' | 'kappa'>): number {
  if (sigma >= 1) return 1;
  return kappa === 0 ? Infinity : Math.max(1, Math.sqrt((1 - sigma) / kappa));
}

/**
 * The law with no negative coefficient that minimises the sum of (measured / fitted − 1)², so that a deviation of a
 * percent counts alike wherever it is; null with fewer than `leastSamples` different numbers of CPUs or without any
 * throughput.
 *
 * n / fitted is linear in 1/λ, σ/λ and κ/λ, so the problem is linear least squares under non-negativity, whose optimum
 * is the least-squares solution on those of its variables that are not 0: of all sets of them that give a feasible
 * solution, the best (Lawson and Hanson, Solving Least Squares Problems, ch. 23). With three there are few enough to
 * try all, and the answer is exact.
 */
export function fitScalability(samples: readonly ScalingSample[]): ScalabilityFit | null {
  const usable = samples.filter(({ throughput }) => throughput > 0);
  if (new Set(usable.map(({ cpus }) => cpus)).size < leastSamples) return null;
  const rows = usable.map(({ cpus, throughput }) => {
    const each = throughput / cpus;
    return [each, each * (cpus - 1), each * cpus * (cpus - 1)];
  });
  let best: { readonly solution: readonly number[]; readonly rest: number } | null = null;
  for (const chosen of supports) {
    const solution = solve(rows, chosen);
    if (solution === null || (solution[0] ?? 0) <= 0 || solution.some((value) => value < 0)) {
      continue;
    }
    const rest = restOf(rows, solution);
    if (best === null || rest < best.rest) best = { solution, rest };
  }
  const [a = 0, b = 0, c = 0] = best?.solution ?? [];
  if (a === 0) return null;
  const law = { lambda: 1 / a, sigma: b / a, kappa: c / a };
  return { ...law, ...errorsOf(law, samples) };
}

/** Sets of variables that may differ from 0; without the first there is no throughput. */
const supports: readonly (readonly number[])[] = [[0], [0, 1], [0, 2], [0, 1, 2]];

/** Sum of squares that is left of rows · solution = 1. */
const restOf = (rows: readonly (readonly number[])[], solution: readonly number[]): number =>
  rows.reduce((sum, row) => {
    const product = row.reduce((total, value, at) => total + value * (solution[at] ?? 0), 0);
    return sum + (product - 1) ** 2;
  }, 0);

/** Least squares of rows · x = 1 over the chosen columns, 0 in the others; null where they do not determine it. */
function solve(rows: readonly (readonly number[])[], chosen: readonly number[]): number[] | null {
  // Columns differ by six orders of magnitude at a thousand CPUs.
  const scales = chosen.map((column) => Math.hypot(...rows.map((row) => row[column] ?? 0)));
  const scaled = rows.map((row) =>
    chosen.map((column, at) => (row[column] ?? 0) / (scales[at] ?? 1)),
  );
  const dot = (i: number, j: number): number =>
    scaled.reduce((sum, row) => sum + (row[i] ?? 0) * (row[j] ?? 0), 0);
  const matrix = chosen.map((_, i) => [
    ...chosen.map((__, j) => dot(i, j)),
    scaled.reduce((sum, row) => sum + (row[i] ?? 0), 0),
  ]);
  const values = eliminate(matrix);
  if (values === null) return null;
  const solution = [0, 0, 0];
  chosen.forEach((column, at) => (solution[column] = (values[at] ?? 0) / (scales[at] ?? 1)));
  return solution;
}

/** Gaussian elimination with pivoting of equations whose right side is their last column; null if they are singular. */
function eliminate(equations: number[][]): number[] | null {
  const size = equations.length;
  const at = (row: number, column: number): number => equations[row]?.[column] ?? 0;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(at(row, column)) > Math.abs(at(pivot, column))) pivot = row;
    }
    if (Math.abs(at(pivot, column)) < 1e-13) return null;
    const swapped = equations[pivot] ?? [];
    equations[pivot] = equations[column] ?? [];
    equations[column] = swapped;
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const factor = at(row, column) / at(column, column);
      equations[row] = (equations[row] ?? []).map((value, k) => value - factor * at(column, k));
    }
  }
  return equations.map((_, row) => at(row, size) / at(row, row));
}

function errorsOf(
  law: ScalabilityLaw,
  samples: readonly ScalingSample[],
): Pick<ScalabilityFit, 'error' | 'worst'> {
  let squares = 0;
  let worst = { error: 0, cpus: samples[0]?.cpus ?? 1 };
  for (const { cpus, throughput } of samples) {
    const error = Math.abs(throughput / throughputAt(law, cpus) - 1);
    squares += error ** 2;
    if (error > worst.error) worst = { error, cpus };
  }
  return { error: Math.sqrt(squares / samples.length), worst };
}
