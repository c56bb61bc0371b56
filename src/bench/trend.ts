import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Trial } from '../engines/trial.js';
import { Random } from '../machine/random.js';
import { bucketCount, bucketOf } from '../measure/histogram.js';
import { sparseHistogram, type SparseHistogram } from '../measure/sparse-histogram.js';
import { resultFileName } from '../results/output-path.js';
import {
  testArm,
  testResult,
  testRow,
  testTrial,
  testWorkload,
} from '../results/result.test-support.js';
import { resultText } from '../results/save.js';

const files = 1000;
const blocks = 20;
/** Each block of a strategy is drawn from so many, whose histograms are then encoded once. */
const variants = 4;
const samples = 30_000;
const secondsLimit = 10;
const megabytesLimit = 500;

const strategies = ['mutex', 'rwsem-spin', 'qrwlock', 'private', '(A/A) rwsem-spin'];
const operations = [
  ['faulter', 'fault'],
  ['faulter', 'refill'],
  ['mapper', 'mmap'],
  ['mapper', 'munmap'],
] as const;

const random = new Random(1);

/** A long tail to the right, as latencies have: the sum of a few exponential times, now and then far longer. */
function latencies(typicalNs: number): SparseHistogram {
  const counts = new Uint32Array(bucketCount);
  let sum = 0;
  for (let sample = 0; sample < samples; sample++) {
    const tail = random.next() < 0.05 ? 1 + random.exponential(20) : 1;
    const ns = Math.round(typicalNs * (0.5 + random.exponential(0.5)) * tail);
    const bucket = bucketOf(ns);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
    sum += ns;
  }
  return sparseHistogram(counts, sum);
}

function trialOf(strategy: string, block: number, position: number): Trial {
  const speed = 0.9 + 0.2 * random.next();
  return testTrial(strategy, block, {
    position,
    slices: Array.from({ length: 20 }, () => Math.round(1e4 * random.next())),
    rows: operations.map(([role, op]) =>
      testRow(role, op, {
        counts: [Math.round(1e5 * speed), Math.round(1e5 * speed)],
        latency: latencies(800),
        wait: latencies(2000),
        hold: latencies(400),
      }),
    ),
  });
}

/** Writes the files and gives the size of all, in bytes. */
function writeHistory(folder: string): number {
  const pool = Array.from({ length: blocks }, (_, block) =>
    strategies.map((strategy, position) =>
      Array.from({ length: variants }, () => trialOf(strategy, block + 1, position)),
    ),
  );
  const orders = pool.map(() => strategies.map((_, index) => index));
  const arms = strategies.map((name) =>
    testArm(name, { repeats: name.startsWith('(A/A)') ? 'rwsem-spin' : null }),
  );
  let bytes = 0;
  for (let file = 0; file < files; file++) {
    const trials = pool.flatMap((block) =>
      block.flatMap((each) => each[Math.floor(random.next() * variants)] ?? []),
    );
    const startedMs = Date.UTC(2026, 0, 1) + file * 3_600_000;
    const result = testResult({ workloads: [testWorkload({ strategies: arms, orders, trials })] });
    const environment = {
      ...result.environment,
      unreadable: [],
      started: new Date(startedMs).toISOString(),
    };
    const path = join(folder, resultFileName(startedMs, file));
    writeFileSync(path, resultText({ ...result, seed: file, environment }));
    bytes += statSync(path).size;
  }
  return bytes;
}

const binary = fileURLToPath(new URL('../../bin/mmlock.cjs', import.meta.url));
/** Runs in the command's own process, and has it say at its end how much memory it had at most. */
const tellPeak =
  'data:text/javascript,process.on("exit",()=>console.error(process.resourceUsage().maxRSS))';

function line(what: string, value: number, unit: string, limit: number): void {
  const verdict = value <= limit ? 'ok' : 'OVER';
  console.log(
    `${what.padEnd(40)} ${value.toFixed(1).padStart(8)} ${unit}  limit ${limit} ${unit}  ${verdict}`,
  );
}

const folder = mkdtempSync(join(tmpdir(), 'mmlock-trend-'));
try {
  const bytes = writeHistory(folder);
  console.log(`${files} files of ${blocks} blocks, ${(bytes / files / 1e6).toFixed(2)} MB each`);
  const began = performance.now();
  const run = spawnSync(
    process.execPath,
    ['--import', tellPeak, binary, 'trend', folder, '--quiet'],
    {
      encoding: 'utf8',
    },
  );
  const seconds = (performance.now() - began) / 1000;
  if (run.status !== 0) throw new Error(`mmlock trend ended with ${run.status}: ${run.stderr}`);
  line('mmlock trend', seconds, 's', secondsLimit);
  line('peak of resident memory', Number(run.stderr.trim()) / 1024, 'MB', megabytesLimit);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
