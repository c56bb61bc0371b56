declare const step: unique symbol;

/** One indivisible access to shared memory. Opaque, so a forgotten `yield` does not pass for the number it would give. */
export interface Step {
  readonly [step]: true;
}

/**
 * What a steps function returns. Between two of its yields, anything may happen on other CPUs.
 * `R` is what the function itself returns; a `yield` always gives a number.
 */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a function that returns nothing is one of two kinds
export type Steps<R extends number | void = void> = Generator<
  Step | Steps<number> | Steps,
  R,
  number
>;

/** The direct form of the same object: `*` and `yield` removed, so every step is a plain call. */
export type Direct<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => infer R
    ? R extends Step | Steps<number>
      ? (...args: DirectArguments<A>) => number
      : R extends Steps
        ? (...args: DirectArguments<A>) => void
        : T[K]
    : T[K];
};

type DirectArguments<A extends readonly unknown[]> = {
  [I in keyof A]: A[I] extends CpuLike ? Direct<A[I]> : A[I];
};

/** Structural stand-in for `Cpu`, which this file must not import. */
interface CpuLike {
  load(word: number): Step;
  awaitChange(word: number, seen: number): Step;
}

/** The one seam between the two forms: `derived` was loaded from the direct tree although its type says steps. */
export const direct = <T>(derived: T): Direct<T> => derived as unknown as Direct<T>;
