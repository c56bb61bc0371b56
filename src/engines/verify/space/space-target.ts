import { createHash } from 'node:crypto';
import type { Strategy } from '../../../strategies/strategy.js';
import { textsOf } from '../lock-text.js';
import type { Target } from '../target.js';
import { spaceScenarios } from './space-scenarios.js';
import { spaceSubject } from './space-subject.js';
import { tinyWorld } from './tiny-world.js';

/** How a strategy locks an address space, in operations that meet on one page, one VMA or one lock. */
export const spaceTarget = (strategy: Strategy): Target => ({
  name: strategy.name,
  sizes: [{ threads: 2, rounds: 1 }],
  scenarios: ({ threads, rounds }) => (threads === 2 ? spaceScenarios(rounds) : []),
  subject: (scenario) => spaceSubject(strategy, scenario),
  textHash: () => textHash(strategy),
});

function textHash(strategy: Strategy): string {
  const { model } = tinyWorld(strategy, 2);
  const [space] = model.core.spaces;
  const texts = [JSON.stringify(strategy), ...(space === undefined ? [] : textsOf(space.locking))];
  return createHash('sha256').update(texts.join('\n')).digest('hex');
}
