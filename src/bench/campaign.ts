import { join, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { oneOf, wholeNumber } from '../cli/option-values.js';
import { exitStatus } from '../cli/exit-status.js';
import { formatSeconds } from '../report/format.js';
import { campaignKinds, writeCampaignFiles, type CampaignKind } from './campaign-files.js';
import { CampaignLog } from './campaign-log.js';
import { runGate, type CampaignRun } from './campaign-run.js';
import { runLine, summarise } from './campaign-summary.js';

/**
 * `npm run campaign:aa`: how often `mmlock bench --gate` raises a false alarm, and how often it misses a throughput
 * that is lower by a fifth, by running it as a pipeline would, again and again. It can be killed at any time and
 * goes on where it was when it is started with the same words.
 */
interface Options {
  readonly aa: number;
  readonly injected: number;
  readonly blocks: number;
  readonly only?: CampaignKind;
  readonly out: string;
}

/** Strategies of a run: base, head, and the A/A arm. */
const arms = 3;
/** A window, the warm-up before it, and what is between two of them; s. */
const trialSeconds = 0.25 + 0.4 + 0.3;

function readOptions(words: readonly string[]): Options {
  const command = new Command('campaign:aa')
    .description('False alarms and missed regressions of bench --gate, counted.')
    .option('--aa <n>', 'runs of a strategy against itself', wholeNumber(0), 40)
    .option('--injected <n>', 'runs in which throughput is lowered', wholeNumber(0), 20)
    .option('--blocks <n>', 'blocks of each run', wholeNumber(1), 30)
    .option('--only <kind>', `only ${campaignKinds.join(' or ')}`, oneOf(campaignKinds))
    .option('--out <folder>', 'where runs are kept, and looked for', 'results/campaign')
    .exitOverride();
  return command.parse(words, { from: 'user' }).opts();
}

interface Job {
  readonly kind: CampaignKind;
  readonly index: number;
  readonly of: number;
}

function jobsOf(options: Options): readonly Job[] {
  return campaignKinds
    .filter((kind) => options.only === undefined || options.only === kind)
    .flatMap((kind) =>
      Array.from({ length: options[kind] }, (_, index) => ({
        kind,
        index: index + 1,
        of: options[kind],
      })),
    );
}

/** Seconds that a run is expected to take: what is confirmed runs twice. */
const expected = (kind: CampaignKind, blocks: number): number =>
  blocks * arms * trialSeconds * (kind === 'aa' ? 1 : 2);

/** Runs what the log lacks, and says what all of it comes to, also where it was stopped. */
async function campaign(options: Options, stop: AbortSignal): Promise<number> {
  const { blocks, out } = options;
  const log = new CampaignLog(join(out, 'runs.jsonl'), { format: 'mmlock-campaign', blocks });
  const jobs = jobsOf(options);
  const wanted = (run: CampaignRun): boolean =>
    jobs.some(({ kind, index }) => kind === run.kind && index === run.index);
  const open = jobs.filter(
    ({ kind, index }) => !log.runs.some((run) => run.kind === kind && run.index === index),
  );
  console.log(`${jobs.length - open.length} of ${jobs.length} runs are done`);
  await runOpen(open, log, options, stop);
  const finished = log.runs.filter(wanted);
  const kinds = [...new Set(finished.map(({ kind }) => kind))];
  const summaries = kinds.map((kind) => summarise(kind, finished));
  console.log(`\n${summaries.flatMap(({ lines }) => lines).join('\n')}`);
  if (stop.aborted || finished.length < jobs.length) {
    console.log('stopped; the same command goes on from here');
    return exitStatus.interrupted;
  }
  return summaries.every(({ holds }) => holds) ? exitStatus.ok : exitStatus.regressed;
}

async function runOpen(
  open: readonly Job[],
  log: CampaignLog,
  { blocks, out }: Options,
  stop: AbortSignal,
): Promise<void> {
  for (const kind of new Set(open.map((job) => job.kind))) {
    writeCampaignFiles(join(out, kind), kind);
    const each = formatSeconds(expected(kind, blocks));
    console.log(`${kind}: a run of ${blocks} blocks × ${arms} arms takes about ${each}`);
  }
  const began = performance.now();
  let done = 0;
  let left = open.reduce((sum, { kind }) => sum + expected(kind, blocks), 0);
  console.log(`about ${formatSeconds(left)} in all`);
  for (const { kind, index, of } of open) {
    const run = await runGate(resolve(out, kind), kind, index, blocks, stop);
    if (run === null) return;
    log.add(run);
    done += expected(kind, blocks);
    left -= expected(kind, blocks);
    // The estimate gives way to what runs have really taken.
    const pace = (performance.now() - began) / 1000 / done;
    console.log(`${runLine(run, of)} · ${formatSeconds(left * pace)} left`);
  }
}

const controller = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => controller.abort());

try {
  process.exitCode = await campaign(readOptions(process.argv.slice(2)), controller.signal);
} catch (error) {
  if (error instanceof CommanderError)
    process.exitCode = error.exitCode === 0 ? 0 : exitStatus.usage;
  else {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = exitStatus.usage;
  }
}
