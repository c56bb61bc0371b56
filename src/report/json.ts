import type { Report } from './report.js';

/** The saved result, and what was computed from it, as one object. */
export const jsonReport: Report = ({ result, analysis }) =>
  `${JSON.stringify({ ...result, analysis }, null, 2)}\n`;
