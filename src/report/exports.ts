import type { Result } from '../results/result.js';

/** A saved result in a form that another tool reads. Ends with a line feed. */
export type Export = (result: Result) => string;

export const exportFormats = ['benchfmt', 'openmetrics', 'hdr'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Loads only the form that is asked for. */
export async function loadExport(format: ExportFormat): Promise<Export> {
  switch (format) {
    case 'benchfmt':
      return (await import('./export-benchfmt.js')).benchfmtExport;
    case 'openmetrics':
      return (await import('./export-openmetrics.js')).openMetricsExport;
    case 'hdr':
      return (await import('./export-hdr.js')).hdrExport;
  }
}
