/** `1 CPU`, `2 CPUs`. */
export const counted = (count: number, thing: string): string =>
  `${count} ${thing}${count === 1 ? '' : 's'}`;

/** How often each value occurs, the most frequent first: `powersave on 8 CPUs`, or with more `a on 6, b on 2 CPUs`. */
export function tally(values: readonly string[], thing: string): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  const last = sorted.at(-1);
  return sorted
    .map((each) => `${each[0]} on ${each === last ? counted(each[1], thing) : each[1]}`)
    .join(', ');
}

/** A share of 1 as a percentage with two digits that count: `0.02%`, `4.7%`, `12%`. */
export const percent = (share: number): string => `${Number((share * 100).toPrecision(2))}%`;
