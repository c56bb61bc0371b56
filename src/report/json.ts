import type { Report } from './report.js';

/** The saved result, and what was computed from it, as one object; `verdicts` is null where nothing is gated. */
export const jsonReport: Report = ({ result, analysis, comparison }) =>
  `${JSON.stringify({ ...result, analysis, verdicts: comparison }, null, 2)}\n`;
