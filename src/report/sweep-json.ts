import type { SweepReport } from './sweep-report.js';

/**
 * The saved result with what was computed from it; `scaling` holds the curves. A bound or a peak without end is
 * `"infinite"`, as JSON has no such number, and null is one that is not known.
 */
export const jsonSweep: SweepReport = ({ result, analysis, scaling }) => {
  const finite: unknown = JSON.parse(
    JSON.stringify(scaling, (_, value: unknown) => (value === Infinity ? 'infinite' : value)),
  );
  return `${JSON.stringify({ ...result, analysis, scaling: finite }, null, 2)}\n`;
};
