import { InvalidArgumentError } from 'commander';
import { engineNames } from '../results/result.js';
import type { EngineName } from '../results/result.js';
import { orList } from '../workload/units.js';

/** Reads `--engine`: an engine that this version does not have is refused with what there is. */
export function engineValue(text: string): EngineName {
  const found = engineNames.find((name) => name === text);
  if (found !== undefined) return found;
  throw new InvalidArgumentError(`This version of mmlock has the engine ${orList(engineNames)}.`);
}
