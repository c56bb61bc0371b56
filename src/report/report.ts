import type { Comparison } from '../gate/comparison.js';
import type { Analysis } from '../results/analysis.js';
import type { Result } from '../results/result.js';

export interface ReportInput {
  readonly result: Result;
  readonly analysis: Analysis;
  /** Verdicts of the gated cells; null where nothing is gated. */
  readonly comparison: Comparison | null;
}

export interface ReportOptions {
  /** Characters in a line. */
  readonly width: number;
  readonly colour: boolean;
  /** Show also what is usually left out because it says nothing. */
  readonly verbose: boolean;
}

/** One form of output. Ends with a line feed. */
export type Report = (input: ReportInput, options: ReportOptions) => string;

export const reportFormats = ['table', 'json', 'csv', 'markdown', 'junit', 'github'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** Forms that have nothing to say of a run in which nothing is gated. */
export const needsVerdicts = (format: ReportFormat): boolean =>
  format === 'junit' || format === 'github';

/** Loads only the form that is asked for. */
export async function loadReport(format: ReportFormat): Promise<Report> {
  switch (format) {
    case 'table':
      return (await import('./table.js')).tableReport;
    case 'json':
      return (await import('./json.js')).jsonReport;
    case 'csv':
      return (await import('./csv.js')).csvReport;
    case 'markdown':
      return (await import('./markdown.js')).markdownReport;
    case 'junit':
      return (await import('./junit.js')).junitReport;
    case 'github':
      return (await import('./github.js')).githubReport;
  }
}
