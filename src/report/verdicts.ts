import type { Comparison } from '../gate/comparison.js';
import type { Result } from '../results/result.js';
import type { ReportOptions } from './report.js';

export interface VerdictOptions extends ReportOptions {
  /** What the command will exit with, where more than these verdicts decides it; else what they ask for. */
  readonly exit?: number;
}

/** Layout of a run's verdicts, whose exit status the result knows once the run is over. */
export const withExit = (options: ReportOptions, { exit }: Pick<Result, 'exit'>): VerdictOptions =>
  exit === null ? options : { ...options, exit };

/** One form of what was compared, and how it was judged. Ends with a line feed. */
export type VerdictReport = (comparisons: readonly Comparison[], options: VerdictOptions) => string;

export const verdictFormats = ['table', 'markdown', 'json', 'csv', 'junit', 'github'] as const;
export type VerdictFormat = (typeof verdictFormats)[number];

/** Loads only the form that is asked for. */
export async function loadVerdictReport(format: VerdictFormat): Promise<VerdictReport> {
  switch (format) {
    case 'table':
      return (await import('./verdicts-table.js')).tableVerdicts;
    case 'markdown':
      return (await import('./verdicts-markdown.js')).markdownVerdicts;
    case 'json':
      return (await import('./verdicts-json.js')).jsonVerdicts;
    case 'csv':
      return (await import('./verdicts-csv.js')).csvVerdicts;
    case 'junit':
      return (await import('./verdicts-junit.js')).junitVerdicts;
    case 'github':
      return (await import('./verdicts-github.js')).githubVerdicts;
  }
}
