import { coverage, estimators } from './coverage.js';
import { noises } from './simulated-noise.js';

/** `npm run stats:coverage`: how often the printed 95 % intervals hold the truth, by simulation. */
const times = 20_000;
const blockCounts = [9, 20, 30];
const nameWidth = 36;
const figureWidth = 10;

console.log(`share of ${times} simulated runs whose 95 % interval holds the truth, by blocks n\n`);
for (const estimator of estimators) {
  const heads = blockCounts.map((blocks) => `n = ${blocks}`.padStart(figureWidth));
  console.log(estimator.name.padEnd(nameWidth) + heads.join(''));
  for (const noise of noises) {
    const shares = blockCounts.map((blocks) => {
      const share = coverage(estimator, noise, blocks, times, blocks);
      return `${(share * 100).toFixed(1)} %`.padStart(figureWidth);
    });
    console.log(`  ${noise.name}`.padEnd(nameWidth) + shares.join(''));
  }
  console.log();
}
