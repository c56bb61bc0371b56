/**
 * `npm run bench:published`: simulates the published measurements in `workloads/published/`, and says of each figure
 * what was published, what was simulated, and whether that is within the tolerance.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { exitStatus, type ExitStatus } from '../cli/exit-status.js';
import { readCommit } from '../cli/version.js';
import { builtInMachine } from '../engines/sim/read-machine.js';
import { analyse } from '../results/analyse.js';
import { loadResult } from '../results/load.js';
import type { Result } from '../results/result.js';
import { nearest } from '../strategies/nearest.js';
import { lineSharing } from './line-sharing.js';
import {
  printEstimate,
  publishedRow,
  tally,
  type PublishedRow,
  type Tally,
} from './published-claims.js';

const workloads = fileURLToPath(new URL('../../workloads/published/', import.meta.url));
const binary = fileURLToPath(new URL('../../bin/mmlock.cjs', import.meta.url));

/** The name of the calibration case, which is none of the workloads. */
const calibration = 'line-sharing';

interface Options {
  readonly keep?: string | true;
  readonly seed?: string;
}

const usualFolder = 'results/published';

function readCommand(words: readonly string[]): { names: readonly string[]; options: Options } {
  const all = [
    calibration,
    ...readdirSync(workloads)
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => file.replace(/\.yaml$/, ''))
      .sort(),
  ];
  const command = new Command('bench:published')
    .description('Published measurements, simulated.')
    .argument('[case...]', `only these: ${all.join(', ')}`)
    .option('--keep [folder]', `keep results, and use what is there already (${usualFolder})`)
    .option('--seed <n>', 'seed of the simulations')
    .exitOverride();
  command.parse(words, { from: 'user' });
  for (const name of command.args) {
    if (all.includes(name)) continue;
    const near = nearest(name, all);
    command.error(
      `error: no case is called ${name}${near === undefined ? '' : `; did you mean ${near}?`}`,
    );
  }
  return { names: command.args.length === 0 ? all : command.args, options: command.opts() };
}

/** The result of a case: the one that is kept, if the workload and mmlock are still the same, or a new one; or why there is none. */
function resultOf(name: string, folder: string, { seed }: Options): Result | string {
  const file = join(workloads, `${name}.yaml`);
  const path = join(folder, `${name}${seed === undefined ? '' : `-${seed}`}.json`);
  const kept = existsSync(path) ? loadResult(path) : null;
  if (kept?.ok === true && isStillValid(kept.result, file)) return kept.result;
  spawnSync(
    process.execPath,
    [
      ...[binary, 'bench', file, '--engine', 'sim', '--quiet', '--out', path, '--force'],
      ...(seed === undefined ? [] : ['--seed', seed]),
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const run = loadResult(path);
  return run.ok ? run.result : run.message;
}

/** What was built from changed sources is never known to be the same. */
function isStillValid({ complete, mmlock, workloads: runs }: Result, file: string): boolean {
  const commit = readCommit();
  const known = commit !== null && !commit.endsWith('-dirty') && mmlock.commit === commit;
  return complete && known && runs[0]?.text === readFileSync(file, 'utf8');
}

function printCase(name: string, result: Result, seconds: number): PublishedRow[] {
  const { workloads: cells } = analyse(result);
  const rows = cells.flatMap(({ claims }) => claims).map(publishedRow);
  const machine = result.workloads[0]?.plan.machine;
  console.log(
    `\n${name} · ${machine?.profile.name ?? ''}, ${machine?.cpus ?? 0} CPUs · ` +
      `${result.workloads[0]?.orders.length ?? 0} seeds · ${seconds.toFixed(0)} s`,
  );
  for (const row of rows) {
    const said = row.isFitted ? 'fitted' : row.outcome;
    console.log(
      `  ${said.padEnd(8)}${row.claim}: published ${row.published}, ` +
        `simulated ${printEstimate(row.simulated)}; ${row.tolerance}`,
    );
  }
  for (const { strategy, text } of cells.flatMap(({ faults }) => faults)) {
    console.log(`  FAULT   ${strategy}: ${text}`);
  }
  return rows;
}

/** Cycles of a write by all, a read by all, and the write before the latter, by how many cores there are. */
const published = [
  { cores: 10, write: 493, read: 247, before: 119 },
  { cores: 20, write: 2881, read: 796, before: 406 },
  { cores: 40, write: 10_069, read: 1640, before: 454 },
  { cores: 80, write: 24_045, read: 3368, before: 496 },
] as const;
const cyclesPerNs = 2.4;

function printCalibration(): void {
  const { profile } = builtInMachine('server-8s-80');
  console.log(
    `\n${calibration} · server-8s-80 · calibration: its line costs were taken from these figures, which count for nothing`,
  );
  for (const { cores, write, read, before } of published) {
    const writes = lineSharing(profile, cores, 'write');
    const reads = lineSharing(profile, cores, 'read');
    const show = (ns: number, cycles: number): string =>
      `${(ns * cyclesPerNs).toFixed(0)} (${((ns * cyclesPerNs) / cycles).toFixed(2)} of ${cycles})`;
    console.log(
      `  ${cores} cores, cycles: a write by all ${show(writes.others, write)}, a read by all ${show(reads.others, read)}, ` +
        `the write before it ${show(reads.first, before)}`,
    );
  }
}

const printTally = (what: string, { open, outside, within }: Tally): string =>
  `${what}: ${within} of ${within + open + outside} within, ${open} open, ${outside} outside`;

function main(words: readonly string[]): number {
  const { names, options } = readCommand(words);
  const { keep } = options;
  const temporary = keep === undefined;
  const folder = temporary
    ? mkdtempSync(join(tmpdir(), 'mmlock-published-'))
    : resolve(keep === true ? usualFolder : keep);
  const rows: PublishedRow[] = [];
  let status: ExitStatus = exitStatus.ok;
  try {
    for (const name of names) {
      if (name === calibration) {
        printCalibration();
        continue;
      }
      const began = performance.now();
      const result = resultOf(name, folder, options);
      if (typeof result === 'string') {
        console.log(`\n${name}\n  not run: ${result}`);
        status = exitStatus.internal;
      } else {
        rows.push(...printCase(name, result, (performance.now() - began) / 1000));
      }
    }
  } finally {
    if (temporary) rmSync(folder, { recursive: true, force: true });
  }
  const { order, ratio } = tally(rows);
  console.log(`\n${printTally('orders', order)}\n${printTally('ratios', ratio)}`);
  return status;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? exitStatus.ok : exitStatus.usage;
}
