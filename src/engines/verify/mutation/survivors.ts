import type { Mutant } from './mutants.js';

/** Why a mutant of that module that survives is no worse than the lock. Undefined if nobody has said. */
export function reasonFor(module: string, { method, before, after }: Mutant): string | undefined {
  return reasons.find(
    (each) =>
      each.module === module &&
      (each.method === undefined || each.method === method) &&
      each.change.test(`${before} → ${after}`),
  )?.reason;
}

interface Reason {
  readonly module: string;
  readonly method?: string;
  readonly change: RegExp;
  readonly reason: string;
}

const reasons: readonly Reason[] = [];
