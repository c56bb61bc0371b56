import type { Note } from '../results/notes.js';
import type { Claim } from '../workload/claim.js';
import type { ClaimVerdict, Estimate, Fastest, WorkloadAnalysis } from '../results/analysis.js';
import { formatChange, formatChangeInterval, formatNs, formatShare, formatSi } from './format.js';
import { separationLegend } from './figures.js';
import type { Tone } from './grid.js';

/** A line under a table; it may be broken between words. */
export interface Remark {
  readonly text: string;
  readonly tone: Tone;
}

const remark = (text: string, tone: Tone = 'plain'): Remark => ({ text, tone });

/** What the main table cannot show in a cell: reasons, who is fastest, what could be resolved. */
export function headlineRemarks(analysis: WorkloadAnalysis): readonly Remark[] {
  const { throughput, p99 } = analysis.resolvable;
  const lines: Remark[] = [remark(separationLegend, 'faint')];
  for (const { strategy, status, reason } of analysis.strategies) {
    if (status === 'unsupported') {
      lines.push(remark(`unsupported: ${strategy}: ${reason ?? 'no reason given'}`, 'unsure'));
    }
  }
  const fastest = fastestText(analysis.fastest);
  if (fastest !== '') lines.push(remark(fastest, 'strong'));
  if (analysis.repeatArm !== null) lines.push(repeatRemark(analysis.repeatArm));
  if (analysis.comparisons > 0) {
    const comparisons = `${analysis.comparisons} comparison${analysis.comparisons === 1 ? '' : 's'}`;
    lines.push(
      remark(
        `intervals 95% family-wise over ${comparisons} · smallest change resolvable here: ` +
          `${resolvableText(throughput)} throughput, ${resolvableText(p99)} p99`,
      ),
    );
  }
  return lines;
}

const resolvableText = (change: number | null): string =>
  change === null ? 'unknown' : formatShare(change);

function fastestText(fastest: Fastest): string {
  switch (fastest.type) {
    case 'none':
      return '';
    case 'winner':
      return `fastest: ${fastest.strategy} (${ratioText(fastest.ratio)} to the runner-up, ${fastest.runnerUp})`;
    case 'not-separated': {
      const fairest = fastest.fairest === null ? '' : ` · fairest of them: ${fastest.fairest}`;
      const names = joinNames(fastest.strategies);
      return `fastest: ${names} not separated (${ratioText(fastest.ratio)})${fairest}`;
    }
  }
}

const ratioText = (ratio: Estimate): string =>
  `${formatChange(ratio.value)} ${formatChangeInterval(ratio.low, ratio.high)}`.trimEnd();

const joinNames = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;

function repeatRemark(arm: NonNullable<WorkloadAnalysis['repeatArm']>): Remark {
  const p99 = arm.p99Ratio === null ? '' : `, p99 ${ratioText(arm.p99Ratio)}`;
  const figures = `A/A arm: throughput ${ratioText(arm.throughputRatio)}${p99}`;
  return arm.ok
    ? remark(`${figures}: A/A ok, ${arm.strategy} does not differ from itself`)
    : remark(
        `${figures}: ${arm.strategy} seems to differ from itself; this machine is too noisy for changes of that size, use more blocks`,
        'bad',
      );
}

/** Notes with their advice. What is true of several strategies or operations is said once. */
export function noteRemarks(analysis: WorkloadAnalysis, verbose: boolean): readonly Remark[] {
  const notes = analysis.notes.filter(({ type }) => type !== 'unsupported');
  if (verbose) return notes.map((note) => noteRemark(note, []));
  const kinds = new Map<string, Note[]>();
  for (const note of notes) {
    // The engine's notes, and those on the model, have nothing in common but their type.
    const kind = subjectOf(note) === '' ? note.text : `${note.type} ${note.advice}`;
    const list = kinds.get(kind);
    if (list === undefined) kinds.set(kind, [note]);
    else list.push(note);
  }
  return [...kinds.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [noteRemark(first, others)],
  );
}

function noteRemark(note: Note, likewise: readonly Note[]): Remark {
  const others = [...new Set(likewise.map(subjectOf))].filter((name) => name !== subjectOf(note));
  const more = others.length === 0 ? '' : ` (likewise ${joinNames(others)})`;
  return remark(`${note.text}${more}${note.advice === '' ? '' : `: ${note.advice}`}`);
}

/** What a note is about; '' if it is about the run or the machine. */
function subjectOf(note: Note): string {
  if ('strategy' in note) return note.strategy;
  return 'op' in note ? `${note.role} ${note.op}` : '';
}

/** Claims with their verdicts, refuted ones last so that they are on the screen. */
export function claimRemarks(analysis: WorkloadAnalysis): readonly Remark[] {
  const order = ['holds', 'inconclusive', 'refuted'];
  return [...analysis.claims]
    .sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))
    .map(claimRemark);
}

const verdictMarks = { holds: '▲', refuted: '▼', inconclusive: '?' } as const;
const verdictTones = { holds: 'good', refuted: 'bad', inconclusive: 'unsure' } as const;

const claimRemark = (verdict: ClaimVerdict): Remark =>
  remark(claimText(verdict), verdictTones[verdict.verdict]);

/** `▼ 0.380 [0.360,0.400]: refuted: the mutex halves the tail (asked for at most 0.35)`. */
export function claimText(verdict: ClaimVerdict): string {
  const figure = claimFigure(verdict);
  const head = `${verdictMarks[verdict.verdict]} ${figure === '' ? '' : `${figure}: `}${verdict.verdict}`;
  const reason = verdict.reason === '' ? '' : ` (${verdict.reason})`;
  return `${head}: ${claimName(verdict.claim)}${reason}`;
}

/** A claim in its writer's words, or else in ours. */
export const claimName = (claim: Claim): string =>
  claim.text === '' ? describeClaim(claim) : claim.text;

function claimFigure({ estimate, unit }: ClaimVerdict): string {
  if (estimate === null) return '';
  const { value, low, high } = estimate;
  const format =
    unit === 'ns' ? formatNs : unit === 'ratio' || unit === 'share' ? plainRatio : formatSi;
  const interval = low === null || high === null ? '' : ` [${format(low)},${format(high)}]`;
  const suffix = unit === 'op/s' || unit === '1/s' ? '/s' : '';
  return `${format(value)}${suffix}${interval}`;
}

const plainRatio = (value: number): string =>
  Number.isFinite(value) ? value.toFixed(value < 10 ? 3 : 1) : '∞';

const describeClaim = (claim: Claim): string =>
  claim.kind === 'unsupported' ? `${claim.of.strategy} is unsupported` : claim.metric;

const shownFaults = 10;

/** Broken invariants, the first few of them. */
export function faultRemarks(analysis: WorkloadAnalysis): readonly Remark[] {
  const { faults } = analysis;
  const lines = faults
    .slice(0, shownFaults)
    .map(({ strategy, block, text }) => remark(`${strategy}, block ${block}: ${text}`, 'bad'));
  if (faults.length > shownFaults) {
    lines.push(remark(`and ${faults.length - shownFaults} more in the result file`, 'bad'));
  }
  return lines;
}
