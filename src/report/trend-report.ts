import type { Trend } from '../trend/trend.js';
import type { ReportOptions } from './report.js';

/** One form of what became of the figures over many runs. Ends with a line feed. */
export type TrendReport = (trend: Trend, options: ReportOptions) => string;

export const trendFormats = ['table', 'markdown', 'json', 'csv'] as const;
export type TrendFormat = (typeof trendFormats)[number];

/** Loads only the form that is asked for. */
export async function loadTrendReport(format: TrendFormat): Promise<TrendReport> {
  switch (format) {
    case 'table':
      return (await import('./trend-table.js')).tableTrend;
    case 'markdown':
      return (await import('./trend-markdown.js')).markdownTrend;
    case 'json':
      return (await import('./trend-json.js')).jsonTrend;
    case 'csv':
      return (await import('./trend-csv.js')).csvTrend;
  }
}
