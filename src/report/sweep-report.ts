import type { Analysis } from '../results/analysis.js';
import type { Result } from '../results/result.js';
import type { Scaling } from '../results/scaling.js';
import type { ReportOptions } from './report.js';

export interface SweepInput {
  readonly result: Result;
  readonly scaling: Scaling;
  readonly analysis: Analysis;
}

/** One form of a sweep's curves. Ends with a line feed. */
export type SweepReport = (input: SweepInput, options: ReportOptions) => string;

export const sweepFormats = ['table', 'json', 'csv', 'markdown'] as const;
export type SweepFormat = (typeof sweepFormats)[number];

/** Loads only the form that is asked for. */
export async function loadSweepReport(format: SweepFormat): Promise<SweepReport> {
  switch (format) {
    case 'table':
      return (await import('./sweep-table.js')).tableSweep;
    case 'json':
      return (await import('./sweep-json.js')).jsonSweep;
    case 'csv': {
      const { trialsCsv } = await import('../results/csv.js');
      return ({ result }) => trialsCsv(result);
    }
    case 'markdown':
      return (await import('./sweep-markdown.js')).markdownSweep;
  }
}
