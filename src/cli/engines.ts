import { InvalidArgumentError } from 'commander';
import type { Engine } from '../engines/engine.js';
import { engineNames } from '../results/result.js';
import type { EngineName } from '../results/result.js';
import { orList } from '../workload/units.js';

/** Reads `--engine`: an engine that this version does not have is refused with what there is. */
export function engineValue(text: string): EngineName {
  const found = engineNames.find((name) => name === text);
  if (found !== undefined) return found;
  throw new InvalidArgumentError(`This version of mmlock has the engine ${orList(engineNames)}.`);
}

const loaders: Readonly<Record<EngineName, () => Promise<Engine>>> = {
  sim: async () => new (await import('../engines/sim/engine.js')).SimEngine(),
  threads: async () => new (await import('../engines/threads/engine.js')).ThreadsEngine(),
};

/** Loads only the engine that is asked for. */
export const loadEngine = (name: EngineName): Promise<Engine> => loaders[name]();
