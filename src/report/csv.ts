import { trialsCsv } from '../results/csv.js';
import type { Report } from './report.js';

/** The rows of `--csv`: one a trial, role and operation. */
export const csvReport: Report = ({ result }) => trialsCsv(result);
