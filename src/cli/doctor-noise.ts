import { randomInt } from 'node:crypto';
import { surveyNoise, type NoiseMeasure } from '../gate/noise-survey.js';
import { prepareOutput, resultFileName } from '../results/output-path.js';
import type { Result } from '../results/result.js';
import { saveResult } from '../results/save.js';
import { knownNames } from '../workload/known-names.js';
import { parseWorkload } from '../workload/parse.js';
import type { BenchOptions } from './bench-options.js';
import { prepareParsed } from './bench-prepare.js';
import { describeInterruption } from './bench-screen.js';
import { runSession } from './bench-session.js';
import type { Context } from './context.js';
import { loadEngine } from './engines.js';
import { exitStatus, worstStatus, type ExitStatus } from './exit-status.js';
import { noiseWorkloads } from './noise-workloads.js';

/** How the noise is measured, and where that is kept; the duration is in ns. */
export interface NoiseOptions {
  readonly duration?: number;
  readonly blocks?: number;
  readonly out?: string;
  readonly force?: boolean;
}

/** How noisy this machine is, as far as it was measured; null where nothing could be. */
export interface MeasuredNoise {
  readonly status: ExitStatus;
  readonly measures: readonly NoiseMeasure[] | null;
}

/** Stands in messages and results where a file would: these workloads are part of mmlock. */
const source = 'doctor --noise';

/**
 * Runs a strategy against itself in the blocks of `mmlock bench`, with progress on standard error. Nothing is saved
 * unless it is told where.
 */
export async function measureNoise(
  { duration, blocks, out, force }: NoiseOptions,
  context: Context,
): Promise<MeasuredNoise> {
  const startedMs = Date.now();
  const seed = randomInt(2 ** 32);
  const { directory, stderr } = context;
  const options: BenchOptions = {
    ...{ engine: 'threads', host: 'shared', format: 'table', aa: true, out: out ?? '' },
    ...(duration === undefined ? {} : { duration }),
    ...(blocks === undefined ? {} : { blocks }),
  };
  const refuse = (message: string): MeasuredNoise => {
    stderr.write(message);
    return { status: exitStatus.usage, measures: null };
  };
  const named = noiseWorkloads.map((text) => ({
    file: source,
    parsed: parseWorkload(text, source, knownNames),
  }));
  const prepared = await prepareParsed(named, options, seed, context);
  if (!prepared.ok) return refuse(prepared.messages);
  const target =
    out === undefined
      ? null
      : prepareOutput({
          ...{ out, directory, name: resultFileName(startedMs, seed) },
          force: force === true,
        });
  if (target?.ok === false) return refuse(`${target.message}\n`);
  const savePath = target?.path ?? null;
  const { workloads } = prepared;
  const engine = await loadEngine(options.engine);
  const { failure, finished, record, status } = await runSession(
    { workloads, engine, options, seed, startedMs, savePath },
    context,
  );
  const faults = faultsOf(finished);
  for (const fault of faults) stderr.write(`incorrect: ${fault}\n`);
  const exit = worstStatus([status, faults.length > 0 ? exitStatus.incorrect : exitStatus.ok]);
  const saved = savePath === null ? null : saveResult({ ...finished, exit }, savePath);
  stderr.write(describeInterruption(record, savePath ?? '', saved?.ok === true));
  if (saved !== null) stderr.write(saved.ok ? `saved ${savePath ?? ''}\n` : `${saved.message}\n`);
  if (failure !== undefined) throw failure as Error;
  const measures = surveyNoise(finished);
  if (saved?.ok === false) return { status: worstStatus([exit, exitStatus.internal]), measures };
  return { status: exit, measures };
}

/** What broke, each once. */
const faultsOf = ({ workloads }: Result): readonly string[] => [
  ...new Set(workloads.flatMap(({ trials }) => trials.flatMap(({ faults }) => faults))),
];
