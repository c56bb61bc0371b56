import type { Steps } from '../../../machine/steps.js';
import type { Strategy } from '../../../strategies/strategy.js';
import type { Scenario } from '../lock-scenarios.js';
import type { Program, Subject } from '../subject.js';
import type { VerifyCpu } from '../verify-cpu.js';
import { SpaceProperty } from './space-property.js';
import { operationNamed } from './space-scenarios.js';
import type { LockClass } from './stand-in-lock.js';
import { tinyWorld } from './tiny-world.js';

/** Threads that do what the scenario says, one operation after the other, in a tiny world of that strategy. */
export function spaceSubject(strategy: Strategy, scenario: Scenario, lock?: LockClass): Subject {
  const { model, order, image } = tinyWorld(strategy, scenario.threads.length, lock);
  const programs = scenario.threads.map((names): Program => {
    const operations = names.map((name) => operationNamed(model, name));
    return (cpu) => inOrder(cpu, operations);
  });
  const property = new SpaceProperty(model, order);
  const { count, contents } = model.core.frames;
  return { programs, image, frames: { count, contents }, property };
}

function* inOrder(
  cpu: VerifyCpu,
  operations: readonly ((cpu: VerifyCpu) => Steps<number>)[],
): Steps {
  for (const operation of operations) yield operation(cpu);
}
