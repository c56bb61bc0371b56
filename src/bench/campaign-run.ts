import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Comparison } from '../gate/comparison.js';
import type { CampaignKind } from './campaign-files.js';

const binary = fileURLToPath(new URL('../../bin/mmlock.cjs', import.meta.url));

/** What one gate run of a campaign came to. Plain data: a line of the log. */
export interface CampaignRun {
  readonly kind: CampaignKind;
  /** From 1. */
  readonly index: number;
  readonly exit: number;
  readonly seconds: number;
  /** Ratio of head's throughput to base's, and that of the A/A arm; null where the run printed none. */
  readonly ratio: number | null;
  readonly armRatio: number | null;
  /** Verdict of each gated metric: `throughput inconclusive`. */
  readonly verdicts: readonly string[];
  /** Most blocks that an open verdict said it would take; null where none said. */
  readonly blocksNeeded: number | null;
  /** Why, where the status is none of a gate's. */
  readonly error: string;
}

/** Statuses that a gate decides; any other is a failure of the campaign. */
export const gateExits: readonly number[] = [0, 1, 3];

/**
 * Runs `mmlock bench --gate` on the files of a kind in `folder`, as a pipeline would. null if a signal ended it,
 * `stop` or its own. What it measured is left in `<index>.json` there.
 */
export async function runGate(
  folder: string,
  kind: CampaignKind,
  index: number,
  blocks: number,
  stop: AbortSignal,
): Promise<CampaignRun | null> {
  const began = performance.now();
  const { stderr, status, stdout } = await mmlock(folder, stop, [
    ...['bench', 'workload.yaml', '--strategy', 'base/lock.mjs,head/lock.mjs'],
    ...['--baseline', 'base/lock.mjs', '--gate', '--blocks', String(blocks)],
    ...['--duration', '250ms', '--warmup', '400ms', '--format', 'json', '--quiet'],
    ...['--out', `${index}.json`, '--force'],
  ]);
  if (status === null || status === 130 || status === 143) return null;
  const verdicts =
    stdout === '' ? null : (JSON.parse(stdout) as { verdicts: Comparison | null }).verdicts;
  const cells = verdicts?.cells ?? [];
  const needed = cells.flatMap(({ blocksNeeded }) => blocksNeeded ?? []);
  return {
    kind,
    index,
    exit: status,
    seconds: (performance.now() - began) / 1000,
    ratio: cells.find(({ metric }) => metric === 'throughput')?.change?.value ?? null,
    armRatio: verdicts?.noise.find(({ metric }) => metric === 'throughput')?.ratio.value ?? null,
    verdicts: cells.map(({ metric, verdict }) => `${metric} ${verdict}`),
    blocksNeeded: needed.length === 0 ? null : Math.max(...needed),
    error: gateExits.includes(status) ? '' : errorOf(verdicts, stderr),
  };
}

const errorOf = (verdicts: Comparison | null, stderr: string): string =>
  [...(verdicts?.refusals ?? []), ...stderr.trim().split('\n').slice(-5)].join('\n').trim();

interface Answer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function mmlock(folder: string, stop: AbortSignal, words: readonly string[]): Promise<Answer> {
  const child = spawn(process.execPath, [binary, ...words], {
    cwd: folder,
    signal: stop,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      // Of a run that was told to stop, its end is awaited.
      if (!stop.aborted) reject(error);
    });
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}
