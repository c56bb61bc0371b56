import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { medianIntervalRanks } from '../stats/median-interval.js';
import { coverage, estimators, type Estimator } from './coverage.js';
import { noises } from './simulated-noise.js';

const times = 20_000;

describe('the printed 95 % intervals, over 20,000 simulated runs', () => {
  for (const estimator of estimators) {
    for (const blocks of [9, 20, 30]) {
      it(`hold the ${estimator.name} at least 94 % of the time at n = ${blocks}, whatever the noise`, () => {
        for (const noise of noises) {
          const share = coverage(estimator, noise, blocks, times, 20_251_123);
          assert.ok(share >= 0.94, `${noise.name}: ${share}`);
          // Too wide would be as wrong: ties and what is conservative by construction apart.
          if (noise.name.startsWith('tied') || estimator.name.startsWith('difference')) continue;
          const exact = medianIntervalRanks(blocks, 0.95)?.coverage ?? 0;
          assert.ok(Math.abs(share - exact) < 0.006, `${noise.name}: ${share} is not ${exact}`);
        }
      });
    }
  }

  it('would be found out if they were too narrow', () => {
    const [first] = estimators;
    assert.ok(first);
    const narrow: Estimator = {
      ...first,
      estimate: (...run) => {
        const { value, low, high } = first.estimate(...run);
        return { value, low: ((low ?? 0) + value) / 2, high: ((high ?? 0) + value) / 2 };
      },
    };
    const [noise] = noises;
    assert.ok(noise);
    assert.ok(coverage(narrow, noise, 20, 2000, 1) < 0.9);
  });
});
