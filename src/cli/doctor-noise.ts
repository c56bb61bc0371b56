import { randomInt } from 'node:crypto';
import { surveyNoise, type NoiseMeasure } from '../gate/noise-survey.js';
import { prepareOutput } from '../results/output-path.js';
import { saveResult } from '../results/save.js';
import { parseWorkload } from '../workload/parse.js';
import { knownNames } from '../workload/known-names.js';
import type { BenchOptions } from './bench-options.js';
import { prepareParsed } from './bench-prepare.js';
import { describeInterruption } from './bench-screen.js';
import { runSession } from './bench-session.js';
import type { Context } from './context.js';
import { loadEngine } from './engines.js';
import { exitStatus, worstStatus, type ExitStatus } from './exit-status.js';
import { noiseWorkloads } from './noise-workloads.js';

/** What of the noise is measured longer, shorter, or kept. Durations in ns. */
export interface NoiseOptions {
  readonly duration?: number;
  readonly blocks?: number;
  readonly out?: string;
  readonly force?: boolean;
}

/** How noisy this machine is, as far as it was measured; null where it could not even begin. */
export interface MeasuredNoise {
  readonly status: ExitStatus;
  readonly measures: readonly NoiseMeasure[] | null;
}

/** Stands in messages and results where a file would: these workloads are part of mmlock. */
const nowhere = 'doctor --noise';

/**
 * Runs the reference strategy against itself, in the blocks and with the record of `mmlock bench`, and keeps the
 * result only where it is told to.
 */
export async function measureNoise(
  options: NoiseOptions,
  context: Context,
): Promise<MeasuredNoise> {
  const startedMs = Date.now();
  const seed = randomInt(2 ** 32);
  const { directory, stderr } = context;
  const settings: BenchOptions = {
    engine: 'threads',
    host: 'shared',
    format: 'table',
    aa: true,
    out: options.out ?? '',
    ...(options.duration === undefined ? {} : { duration: options.duration }),
    ...(options.blocks === undefined ? {} : { blocks: options.blocks }),
  };
  const read = noiseWorkloads.map((text) => ({
    file: nowhere,
    parsed: parseWorkload(text, nowhere, knownNames),
  }));
  const prepared = await prepareParsed(read, settings, seed, context);
  stderr.write(prepared.messages);
  if (!prepared.ok) return { status: exitStatus.usage, measures: null };
  const target =
    options.out === undefined
      ? null
      : prepareOutput({ out: options.out, directory, seed, startedMs, force: options.force === true });
  if (target?.ok === false) {
    stderr.write(`${target.message}\n`);
    return { status: exitStatus.usage, measures: null };
  }
  const savePath = target?.path ?? null;
  const { failure, finished, record, status } = await runSession(
    {
      workloads: prepared.workloads,
      engine: await loadEngine(settings.engine),
      options: settings,
      seed,
      startedMs,
      savePath,
    },
    context,
  );
  if (failure !== undefined) throw failure as Error;
  const faults = finished.workloads.flatMap(({ trials }) => trials.flatMap((trial) => trial.faults));
  for (const fault of new Set(faults)) stderr.write(`incorrect: ${fault}\n`);
  const exit = worstStatus([status, faults.length > 0 ? exitStatus.incorrect : exitStatus.ok]);
  const saved = savePath === null ? null : saveResult({ ...finished, exit }, savePath);
  stderr.write(describeInterruption(record, savePath ?? '', saved?.ok === true));
  if (saved?.ok === true) stderr.write(`saved ${savePath ?? ''}\n`);
  else if (saved?.ok === false) stderr.write(`${saved.message}\n`);
  return {
    status: saved?.ok === false ? worstStatus([exit, exitStatus.internal]) : exit,
    measures: surveyNoise(finished),
  };
}
