import { binomialBounds } from '../stats/binomial-bounds.js';
import { formatChange, formatSeconds } from '../report/format.js';
import { gateExits, type CampaignRun } from './campaign-run.js';
import type { CampaignKind } from './campaign-files.js';

/** One false alarm is allowed in so many runs. */
const runsPerAlarm = 40;

const titles: Readonly<Record<CampaignKind, string>> = {
  aa: 'a strategy against itself',
  injected: 'throughput lowered by 20 %, margin 5 %',
};

/** One run as a line: `aa 7/40: exit 0, −0.3% (A/A arm +0.1%), throughput ok, p99 ok, 61s`. */
export function runLine(run: CampaignRun, of: number): string {
  const change = run.ratio === null ? 'no figures' : formatChange(run.ratio);
  const arm = run.armRatio === null ? '' : ` (A/A arm ${formatChange(run.armRatio)})`;
  const needed = run.blocksNeeded === null ? '' : `, needs ~${run.blocksNeeded} blocks`;
  const verdicts = run.verdicts.join(', ');
  return (
    `${run.kind} ${run.index}/${of}: exit ${run.exit}, ${change}${arm}` +
    `${verdicts === '' ? '' : `, ${verdicts}`}${needed}, ${formatSeconds(run.seconds)}` +
    (run.error === '' ? '' : `\n${run.error}`)
  );
}

export interface CampaignSummary {
  readonly lines: readonly string[];
  readonly holds: boolean;
}

/**
 * What the runs of a kind come to: how often each exit status, with exact 95 % bounds, and whether that is as good
 * as promised. An A/A run may be inconclusive; a lowered throughput may be so only if it says how many blocks it
 * would take, and may never pass.
 */
export function summarise(kind: CampaignKind, runs: readonly CampaignRun[]): CampaignSummary {
  const own = runs.filter((run) => run.kind === kind);
  const count = (test: (run: CampaignRun) => boolean): number => own.filter(test).length;
  const exits = (status: number): number => count(({ exit }) => exit === status);
  const others = count(({ exit }) => !gateExits.includes(exit));
  const regressed = exits(1);
  const mute = count(({ exit, blocksNeeded }) => exit === 3 && blocksNeeded === null);
  const allowed = Math.ceil(own.length / runsPerAlarm);
  const bounds = binomialBounds(regressed, own.length);
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const asGood = kind === 'aa' ? regressed <= allowed : exits(0) + mute === 0;
  const holds = others === 0 && asGood;
  const promise =
    kind === 'aa'
      ? `exit 1 in at most ${allowed} of them`
      : 'exit 1, or 3 with the number of blocks it would take; never 0';
  return {
    lines: [
      `${titles[kind]}, ${own.length} runs: exit 0 ${exits(0)}, exit 1 ${regressed}, exit 3 ${exits(3)}, other ${others}`,
      `  exit 1 in ${percent(regressed / own.length)} [${percent(bounds.low)}, ${percent(bounds.high)}]`,
      `  asked: ${promise}: ${holds ? 'holds' : 'DOES NOT HOLD'}`,
    ],
    holds,
  };
}
