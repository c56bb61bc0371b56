/**
 * Whole ns in µs, as a number that Perfetto takes for exactly as many: it multiplies by 1000 and rounds down, which makes
 * 1.001 µs 1000 ns. Slices that overlap by one ns are dropped. What is added is under a thousandth of a ns.
 */
export function microseconds(ns: number): number {
  let us = ns / 1000;
  while (Math.trunc(us * 1000) < ns) us += 1e-7;
  return us;
}
