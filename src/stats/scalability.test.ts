import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Random } from '../machine/random.js';
import {
  fitScalability,
  peakOf,
  throughputAt,
  type ScalabilityLaw,
  type ScalingSample,
} from './scalability.js';
import { estimateScalability } from './scalability-intervals.js';

const counts = [1, 2, 4, 8, 16, 32, 64, 128, 256];
const samplesOf = (law: ScalabilityLaw, cpus = counts): ScalingSample[] =>
  cpus.map((each) => ({ cpus: each, throughput: throughputAt(law, each) }));

const near = (value: number | undefined, wanted: number, within: number, what: string): void =>
  assert.ok(
    value !== undefined && Math.abs(value - wanted) <= within * Math.max(wanted, 1e-9),
    `${what}: ${String(value)}, not ${wanted}`,
  );

const laws = fc.record({
  lambda: fc.double({ min: 1, max: 1e8, noNaN: true }),
  sigma: fc.double({ min: 1e-4, max: 0.9, noNaN: true }),
  kappa: fc.double({ min: 1e-6, max: 0.1, noNaN: true }),
});

test('the fit recovers the law that made the samples, whatever the CPU counts', () => {
  const cpus = fc
    .uniqueArray(fc.integer({ min: 1, max: 1024 }), { minLength: 5, maxLength: 12 })
    .filter((list) => Math.max(...list) >= 4 * Math.min(...list));
  fc.assert(
    fc.property(laws, cpus, (law, list) => {
      const samples = samplesOf(law, list);
      const fit = fitScalability(samples);
      assert.ok(fit !== null);
      for (const { cpus: at, throughput } of samples) {
        near(throughputAt(fit, at), throughput, 1e-6, `throughput at ${at}`);
      }
      assert.ok(fit.error < 1e-6);
    }),
  );
  fc.assert(
    fc.property(laws, (law) => {
      const fit = fitScalability(samplesOf(law));
      near(fit?.lambda, law.lambda, 1e-5, 'λ');
      near(fit?.sigma, law.sigma, 1e-3, 'σ');
      near(fit?.kappa, law.kappa, 1e-3, 'κ');
    }),
  );
});

test('no law with coefficients of 0 or more is nearer than the fit', () => {
  const noise = fc.array(fc.double({ min: 0.3, max: 3, noNaN: true }), {
    minLength: counts.length,
    maxLength: counts.length,
  });
  const rest = (law: ScalabilityLaw, samples: readonly ScalingSample[]): number =>
    samples.reduce(
      (sum, { cpus, throughput }) => sum + (throughput / throughputAt(law, cpus) - 1) ** 2,
      0,
    );
  fc.assert(
    fc.property(laws, noise, laws, (law, factors, other) => {
      const samples = samplesOf(law).map(({ cpus, throughput }, at) => ({
        cpus,
        throughput: throughput * (factors[at] ?? 1),
      }));
      const fit = fitScalability(samples);
      assert.ok(fit !== null);
      assert.ok(fit.sigma >= 0 && fit.kappa >= 0 && fit.lambda > 0);
      const others = [
        other,
        { ...fit, sigma: fit.sigma * 1.01 },
        { ...fit, kappa: fit.kappa * 1.01 },
        { ...fit, lambda: fit.lambda * 0.99 },
        { ...fit, sigma: fit.sigma * 0.99 + 1e-6, kappa: fit.kappa * 0.99 + 1e-9 },
      ];
      for (const each of others) {
        assert.ok(rest(fit, samples) <= rest(each, samples) * (1 + 1e-9) + 1e-12);
      }
    }),
  );
});

test('what is linear has no contention, and no peak', () => {
  const fit = fitScalability(samplesOf({ lambda: 100, sigma: 0, kappa: 0 }));
  assert.ok(fit !== null);
  near(fit.lambda, 100, 1e-9, 'λ');
  assert.equal(fit.kappa, 0);
  assert.equal(peakOf(fit), Infinity);
});

test('what scales better than linearly is fitted by a line, badly', () => {
  const fit = fitScalability(counts.map((cpus) => ({ cpus, throughput: cpus ** 1.5 })));
  assert.ok(fit !== null);
  assert.deepEqual([fit.sigma, fit.kappa], [0, 0]);
  assert.ok(fit.error > 0.5, String(fit.error));
});

test('a point at which nothing is done counts as a whole deviation', () => {
  const law = { lambda: 100, sigma: 0.1, kappa: 0.001 };
  const samples = samplesOf(law).map((each) =>
    each.cpus === 256 ? { ...each, throughput: 0 } : each,
  );
  const fit = fitScalability(samples);
  assert.deepEqual(fit?.worst, { error: 1, cpus: 256 });
});

test('three numbers of CPUs prove nothing', () => {
  const law = { lambda: 1, sigma: 0.1, kappa: 0.01 };
  const three = samplesOf(law, [1, 2, 4]);
  assert.equal(fitScalability(three), null);
  assert.equal(fitScalability([...three, ...three]), null);
  assert.notEqual(fitScalability(samplesOf(law, [1, 2, 4, 8])), null);
});

test('the peak is where the law is greatest', () => {
  assert.equal(peakOf({ sigma: 0.75, kappa: 0.01 }), 5);
  assert.equal(peakOf({ sigma: 1.5, kappa: 0.01 }), 1);
  assert.equal(peakOf({ sigma: 1.5, kappa: 0 }), 1);
  assert.equal(peakOf({ sigma: 0.5, kappa: 2 }), 1);
  fc.assert(
    fc.property(laws, (law) => {
      const peak = peakOf(law);
      const top = throughputAt(law, peak);
      assert.ok(top >= throughputAt(law, peak * 1.01) * (1 - 1e-12));
      assert.ok(peak < 1.01 || top >= throughputAt(law, peak / 1.01) * (1 - 1e-12));
    }),
  );
});

/** Blocks with `noise` as relative spread about a law. */
function noisy(law: ScalabilityLaw, noise: number, blocks: number, seed: number) {
  const random = new Random(seed);
  return counts.map((cpus) => ({
    cpus,
    blocks: Array.from(
      { length: blocks },
      () =>
        throughputAt(law, cpus) *
        (1 + noise * (random.next() + random.next() + random.next() - 1.5)),
    ),
  }));
}

test('intervals hold the law in most of many sweeps, and not in all', () => {
  const law = { lambda: 1e6, sigma: 0.05, kappa: 0.0004 };
  const sweeps = 60;
  let held = 0;
  for (let seed = 1; seed <= sweeps; seed++) {
    const random = new Random(seed);
    const found = estimateScalability(noisy(law, 0.05, 20, seed), () => random.next());
    const { low, high } = found?.sigma ?? { low: null, high: null };
    assert.ok(low !== null && high !== null);
    if (low <= law.sigma && law.sigma <= high) held++;
  }
  // A percentile bootstrap of 20 blocks covers somewhat less than 95 %.
  assert.ok(held >= 0.8 * sweeps && held < sweeps + 1, `${held} of ${sweeps}`);
});

test('the same draws give the same intervals; too few blocks give none', () => {
  const law = { lambda: 1e6, sigma: 0.05, kappa: 0.0004 };
  const estimate = (blocks: number, seed: number) => {
    const random = new Random(seed);
    return estimateScalability(noisy(law, 0.05, blocks, 3), () => random.next());
  };
  assert.deepEqual(estimate(10, 1), estimate(10, 1));
  assert.notDeepEqual(estimate(10, 1), estimate(10, 2));
  assert.equal(estimate(5, 1)?.peak.low, null);
  assert.notEqual(estimate(6, 1)?.peak.low, null);
});

test('an interval of the peak may have no end', () => {
  const random = new Random(1);
  const flat = noisy({ lambda: 1e6, sigma: 0.02, kappa: 0 }, 0.1, 10, 5);
  const found = estimateScalability(flat, () => random.next());
  assert.equal(found?.peak.high, Infinity);
});
