import type { Explanation } from '../explain/explanation.js';
import type { ReportOptions } from './report.js';

/** One form of where the time of operations went. Ends with a line feed. */
export type ExplainReport = (explanation: Explanation, options: ReportOptions) => string;

export const explainFormats = ['table', 'markdown', 'json', 'csv'] as const;
export type ExplainFormat = (typeof explainFormats)[number];

/** Loads only the form that is asked for. */
export async function loadExplainReport(format: ExplainFormat): Promise<ExplainReport> {
  switch (format) {
    case 'table':
      return (await import('./explain-table.js')).tableExplanation;
    case 'markdown':
      return (await import('./explain-markdown.js')).markdownExplanation;
    case 'json':
      return (await import('./explain-json.js')).jsonExplanation;
    case 'csv':
      return (await import('./explain-csv.js')).csvExplanation;
  }
}
