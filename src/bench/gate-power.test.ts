import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { operatingPoint, type GateSetting } from './gate-power.js';

const times = 1000;
const setting: GateSetting = {
  spread: 0.06,
  margin: 0.1,
  ratio: 1,
  strategies: 6,
  blocks: 30,
  moreBlocks: 10,
};
const point = (changes: Partial<GateSetting>) =>
  operatingPoint({ ...setting, ...changes }, times, 7);

describe('the gate, over 1,000 simulated runs', () => {
  it('raises hardly any false alarm, and passes what has not changed', () => {
    for (const spread of [0.03, 0.06, 0.12]) {
      const { falseAlarm } = point({ spread });
      assert.ok(falseAlarm <= 0.005, `${spread}: ${falseAlarm}`);
    }
    assert.ok(point({}).passed >= 0.99);
  });

  it('finds a fifth less, and never passes it', () => {
    const { passed, regressed } = point({ ratio: 0.8 });
    assert.ok(regressed >= 0.97, `${regressed}`);
    assert.equal(passed, 0);
    for (const spread of [0.03, 0.06, 0.12]) {
      const narrow = point({ ratio: 0.8, margin: 0.05, strategies: 1, spread });
      assert.equal(narrow.passed, 0, `${spread}`);
      if (spread === 0.03) assert.ok(narrow.regressed >= 0.99, `${narrow.regressed}`);
    }
  });

  it('finds more the quieter the machine, and leaves open what it cannot tell', () => {
    const noisy = point({ ratio: 0.85, spread: 0.12 });
    const quiet = point({ ratio: 0.85, spread: 0.03 });
    assert.ok(quiet.regressed > noisy.regressed + 0.3);
    assert.ok(noisy.open > noisy.passed);
  });

  it('leaves open, of what lies on the margin', () => {
    const { open } = point({ ratio: 0.9 });
    assert.ok(open > 0.85, `${open}`);
  });
});
