/** Fisher-Yates: every order equally likely. */
function shuffled(count: number, random: () => number): number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  for (let left = count - 1; left > 0; left--) {
    const chosen = Math.floor(random() * (left + 1));
    const swapped = order[left] ?? 0;
    order[left] = order[chosen] ?? 0;
    order[chosen] = swapped;
  }
  return order;
}

/**
 * Order of the strategies in each block: block b runs row b mod S of a cyclic Latin square whose base
 * permutation is drawn anew every S blocks. So each strategy takes each place once in every S blocks, and
 * which one follows which changes. `random` gives uniform numbers in [0, 1).
 */
export function latinOrders(strategies: number, blocks: number, random: () => number): number[][] {
  const orders: number[][] = [];
  let base: number[] = [];
  for (let block = 0; block < blocks; block++) {
    const row = block % strategies;
    if (row === 0) base = shuffled(strategies, random);
    orders.push([...base.slice(row), ...base.slice(0, row)]);
  }
  return orders;
}
