import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { median, medianAbsoluteDeviation } from 'simple-statistics';
import { findDrift } from './drift.js';
import { jainIndex, shareRange } from './fairness.js';
import { familyConfidence, leastBlocks, roundBlocks } from './family.js';
import { latinOrders } from './latin-order.js';
import { pairedRatio, type Pair } from './paired-ratio.js';
import { blocksToResolve, logSpread, resolvableAt, smallestResolvable } from './resolvable.js';
import { Random } from '../machine/random.js';

const close = (actual: number | null, expected: number): void => {
  assert.ok(actual !== null && Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);
};

describe('what simple-statistics means by its names', () => {
  it('takes the mean of the two middle samples for the median', () => {
    assert.equal(median([4, 1, 3, 2]), 2.5);
    assert.equal(median([3, 1, 2]), 2);
  });

  it('does not scale the median absolute deviation', () => {
    assert.equal(medianAbsoluteDeviation([1, 1, 2, 2, 4, 6, 9]), 1);
  });
});

describe('family', () => {
  it('divides what may be missed among the comparisons', () => {
    close(familyConfidence(5), 0.99);
    close(familyConfidence(0), 0.95);
    close(familyConfidence(1), 0.95);
  });

  it('knows the least number of blocks of a family', () => {
    const families = [1, 3, 6, 10, 20, 50, 100, 200];
    assert.deepEqual(
      families.map((family) => leastBlocks(family)),
      [6, 7, 8, 9, 10, 11, 12, 13],
    );
  });

  it('rounds blocks up for the interval and for the order, and says why', () => {
    assert.deepEqual(roundBlocks(9, 3, 4), { blocks: 9, reason: null });
    assert.deepEqual(roundBlocks(9, 4, 6), {
      blocks: 12,
      reason: 'a multiple of 4 puts each strategy in each place equally often',
    });
    assert.deepEqual(roundBlocks(9, 5, 40), {
      blocks: 15,
      reason:
        '40 comparisons need at least 11; a multiple of 5 puts each strategy in each place equally often',
    });
    assert.deepEqual(roundBlocks(2, 1, 0), {
      blocks: 6,
      reason: 'a 95% interval needs at least 6',
    });
    assert.deepEqual(roundBlocks(9, 12, 6), { blocks: 9, reason: null });
  });
});

describe('pairedRatio', () => {
  it('is the median of the ratios of pairs, with bounds that are ratios of pairs', () => {
    const pairs: Pair[] = [2, 4, 8, 1, 16, 0.5, 32, 64, 0.25].map((ratio, i) => [
      ratio * (i + 1),
      i + 1,
    ]);
    const ratio = pairedRatio(pairs, 0.95);
    close(ratio.value, 4);
    close(ratio.low, 0.5);
    close(ratio.high, 32);
  });

  it('turns round with its pairs', () => {
    const positive = fc.double({ min: 1e-6, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(positive, positive), { minLength: 6, maxLength: 40 }),
        (pairs) => {
          const there = pairedRatio(pairs, 0.95);
          const back = pairedRatio(
            pairs.map(([of, than]) => [than, of] as const),
            0.95,
          );
          assert.ok(Math.abs(Math.log(there.value * back.value)) < 1e-9);
          assert.ok(there.low !== null && back.high !== null);
          assert.ok(Math.abs(Math.log(there.low * back.high)) < 1e-9);
        },
      ),
    );
  });

  it('is not moved by what hits both of a block alike', () => {
    const pairs = [1, 10, 100, 1000, 10_000, 3, 7].map((scale): Pair => [scale * 1.5, scale]);
    const ratio = pairedRatio(pairs, 0.95);
    close(ratio.value, 1.5);
    close(ratio.low, 1.5);
    close(ratio.high, 1.5);
  });

  it('bears zeros', () => {
    assert.equal(pairedRatio([[0, 5]], 0.95).value, 0);
    assert.equal(pairedRatio([[5, 0]], 0.95).value, Infinity);
    assert.equal(pairedRatio([[0, 0]], 0.95).value, 1);
  });
});

describe('smallestResolvable', () => {
  it('is four robust standard errors', () => {
    const ratios = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 0.04047 : -0.04047));
    close(logSpread(ratios), 1.4826 * 0.04047);
    close(smallestResolvable(ratios), (4 * 1.4826 * 0.04047) / Math.sqrt(20));
  });

  it('is unknown with one block', () => {
    assert.equal(smallestResolvable([0.3]), null);
  });

  it('is resolved by the blocks that it takes, and not by one fewer', () => {
    const blocks = blocksToResolve(0.06, 0.05);
    assert.ok(resolvableAt(0.06, blocks) <= 0.05 && resolvableAt(0.06, blocks - 1) > 0.05);
    assert.equal(blocksToResolve(0.06, -0.05), blocks);
  });
});

describe('fairness', () => {
  it('is 1 for equal shares and 1/n for one that has all', () => {
    assert.equal(jainIndex([5, 5, 5, 5]), 1);
    assert.equal(jainIndex([0, 0, 12, 0]), 0.25);
    close(jainIndex([1, 2, 3]), 36 / 42);
    assert.equal(jainIndex([0, 0]), null);
    assert.equal(jainIndex([]), null);
  });

  it('gives the least and the greatest share', () => {
    assert.deepEqual(shareRange([1, 2, 5]), { min: 0.125, max: 0.625 });
    assert.equal(shareRange([0, 0]), null);
  });
});

describe('latinOrders', () => {
  it('puts each strategy in each place once in every S blocks', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer(),
        (strategies, squares, seed) => {
          const random = new Random(seed);
          const orders = latinOrders(strategies, strategies * squares, () => random.next());
          for (let square = 0; square < squares; square++) {
            const rows = orders.slice(square * strategies, (square + 1) * strategies);
            for (let place = 0; place < strategies; place++) {
              assert.equal(new Set(rows.map((row) => row[place])).size, strategies);
              assert.equal(new Set(rows[place]).size, strategies);
            }
          }
        },
      ),
    );
  });

  it('draws a new base permutation for every square, and the same ones for the same seed', () => {
    const draw = (seed: number): number[][] => {
      const random = new Random(seed);
      return latinOrders(5, 50, () => random.next());
    };
    assert.deepEqual(draw(7), draw(7));
    assert.notDeepEqual(draw(7), draw(8));
    const bases = draw(7).filter((_, block) => block % 5 === 0);
    assert.ok(new Set(bases.map((base) => base.join())).size > 5);
  });

  it('gives every permutation as a base about equally often', () => {
    const random = new Random(3);
    const seen = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const key = latinOrders(3, 1, () => random.next())[0]?.join() ?? '';
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    assert.equal(seen.size, 6);
    for (const times of seen.values()) assert.ok(times > 850 && times < 1150, `${times}`);
  });

  it('leaves a part of a square where blocks end', () => {
    const orders = latinOrders(4, 6, () => 0.5);
    assert.equal(orders.length, 6);
    assert.deepEqual(
      latinOrders(1, 3, () => 0.5),
      [[0], [0], [0]],
    );
  });
});

describe('findDrift', () => {
  const series = (change: number): number[] => [100, 100, 55, 100 * change, 100 * change];

  it('finds a second half that is slower in every block', () => {
    const drift = findDrift([0.9, 0.91, 0.92, 0.9, 0.93, 0.9, 0.9].map(series));
    assert.ok(drift);
    close(drift.low, 0.9);
    close(drift.high, 0.93);
  });

  it('finds nothing within 2 %, nor in noise, nor in five blocks', () => {
    assert.equal(findDrift([0.985, 0.99, 0.981, 0.985, 0.99, 0.99, 0.99].map(series)), null);
    assert.equal(findDrift([0.5, 2, 0.5, 2, 1, 0.9, 1.1].map(series)), null);
    assert.equal(findDrift([0.5, 0.5, 0.5, 0.5, 0.5].map(series)), null);
    assert.equal(findDrift([[], [1]]), null);
  });
});
