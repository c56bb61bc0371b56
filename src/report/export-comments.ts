import type { WorkloadAnalysis } from '../results/analysis.js';
import type { Result } from '../results/result.js';
import { faultRemarks, noteRemarks } from './remarks.js';

/** Which run it was, and with what. Not what is compared: two runs differ in all of this. */
export function runComments({ mmlock, environment, seed, label }: Result): readonly string[] {
  const commit = mmlock.commit === null ? '' : ` (${mmlock.commit})`;
  const started = environment === null ? '' : `started ${environment.started}, `;
  return [
    `mmlock ${mmlock.version}${commit}, ${started}seed ${seed}`,
    ...(label === undefined ? [] : [`label: ${label}`]),
  ].map(comment);
}

/** What must be read beside the figures of a workload, as they themselves have no place for it. */
export const workloadComments = (analysis: WorkloadAnalysis): readonly string[] =>
  [
    ...faultRemarks(analysis).map(({ text }) => `INCORRECT: ${text}`),
    ...analysis.strategies
      .filter(({ status }) => status === 'unsupported')
      .map(({ strategy, reason }) => `unsupported: ${strategy}: ${reason ?? 'no reason given'}`),
    ...noteRemarks(analysis, false).map(({ text }) => text),
  ].map((text) => comment(`${analysis.workload}: ${text}`));

/** A line that readers skip. */
export const comment = (text: string): string => `# ${text.replace(/[\s\p{Cc}]+/gu, ' ')}\n`;
