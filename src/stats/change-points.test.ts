import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Random } from '../machine/random.js';
import { changePoints } from './change-points.js';

const alpha = 0.001;

/** Levels, each for so many values, with normal noise of standard deviation `noise`. */
function sequence(
  levels: readonly (readonly [level: number, values: number])[],
  noise: number,
  seed: number,
): number[] {
  const random = new Random(seed);
  const normal = (): number =>
    Math.sqrt(2 * random.exponential(1)) * Math.cos(2 * Math.PI * random.next());
  return levels.flatMap(([level, values]) =>
    Array.from({ length: values }, () => level + noise * normal()),
  );
}

const places = (values: readonly number[], leastStep = 0): number[] =>
  changePoints(values, alpha, leastStep).map(({ at }) => at);

/** How many of `runs` seeds make `holds` true. */
function count(runs: number, holds: (seed: number) => boolean): number {
  let counted = 0;
  for (let seed = 1; seed <= runs; seed++) if (holds(seed)) counted++;
  return counted;
}

describe('changePoints', () => {
  it('finds a step where it is, and says from what to what', () => {
    const [found, ...others] = changePoints(
      sequence(
        [
          [5, 20],
          [7, 15],
        ],
        0.1,
        1,
      ),
      alpha,
      0,
    );
    assert.deepEqual(others, []);
    assert.equal(found?.at, 20);
    assert.ok(Math.abs(found.before - 5) < 0.1 && Math.abs(found.after - 7) < 0.1);
    assert.ok(found.p < 1e-20);
  });

  it('finds every step of several, one that is undone among them', () => {
    const levels = [
      [0, 15],
      [4, 7],
      [0, 18],
    ] as const;
    assert.deepEqual(places(sequence(levels, 0.2, 2)), [15, 22]);
    assert.deepEqual(
      places(
        sequence(
          [
            [0, 12],
            [1, 12],
            [3, 12],
            [2, 12],
          ],
          0.1,
          3,
        ),
      ),
      [12, 24, 36],
    );
    assert.ok(count(200, (seed) => places(sequence(levels, 1, seed)).length === 2) > 170);
  });

  it('finds nothing in noise, but for chance', () => {
    for (const [values, most] of [
      [12, 6],
      [40, 10],
      [100, 20],
    ] as const) {
      const found = count(400, (seed) => places(sequence([[0, values]], 1, seed)).length > 0);
      assert.ok(found <= most, `${found} of 400 with ${values} values`);
    }
    assert.deepEqual(places(new Array<number>(30).fill(3)), []);
  });

  it('knows levels without any noise apart, and takes an outlier for none', () => {
    assert.deepEqual(
      places(
        sequence(
          [
            [1, 6],
            [2, 6],
          ],
          0,
          1,
        ),
      ),
      [6],
    );
    const outliers = sequence([[0, 30]], 0.1, 5).map((value, at) =>
      at === 9 || at === 29 ? 50 : value,
    );
    assert.deepEqual(places(outliers), []);
  });

  it('leaves out what is smaller than asked, and tests its neighbours over all that lies between', () => {
    const values = sequence(
      [
        [0, 15],
        [0.5, 15],
        [2, 15],
      ],
      0.05,
      4,
    );
    assert.deepEqual(places(values), [15, 30]);
    assert.deepEqual(places(values, 1), [30]);
    const [left] = changePoints(values, alpha, 1);
    assert.ok(left !== undefined && left.before > 0 && left.before < 0.5, 'median of both levels');
    assert.deepEqual(places(values, 3), []);
  });

  it('does not depend on the unit, nor on the direction of time', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 40 }),
        (noise) => {
          const values = noise.map((value, at) => value + (at > 17 ? 200 : 0));
          const scaled = values.map((value) => 8 * value + 1024);
          assert.deepEqual(places(scaled), places(values));
        },
      ),
    );
    const values = sequence(
      [
        [0, 20],
        [3, 14],
      ],
      0.5,
      6,
    );
    assert.deepEqual(places([...values].reverse()), [14]);
  });
});
