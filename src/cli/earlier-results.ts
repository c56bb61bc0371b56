import { relative } from 'node:path';
import { beginEnvironment } from '../results/environment.js';
import { fingerprintOf, type Fingerprint } from '../results/fingerprint.js';
import { outputFolder } from '../results/output-path.js';
import { newestResultFiles } from '../results/result-files.js';
import { schemaVersion, type WorkloadResult } from '../results/result.js';
import type { BenchOptions } from './bench-options.js';

/** What stands already in the folder that a run's result will go into. */
export interface EarlierResults {
  /** Paths of files that may be results, the last written first. */
  readonly files: readonly string[];
  /** As the user would name it. */
  readonly folder: string;
  /** That of the run that is prepared. */
  readonly fingerprint: Fingerprint;
}

/** Reading them takes a second or two. */
const mostFiles = 200;

export function earlierResults(
  workload: Pick<WorkloadResult, 'text' | 'plan' | 'cell'>,
  { engine, out }: BenchOptions,
  directory: string,
): EarlierResults {
  const environment = engine === 'sim' ? null : beginEnvironment(Date.now()).environment;
  const folder = outputFolder(out, directory);
  const shown = relative(directory, folder);
  return {
    files: newestResultFiles(folder, mostFiles),
    folder: shown === '' ? '.' : shown,
    fingerprint: fingerprintOf({ environment, engine, schemaVersion }, workload),
  };
}
