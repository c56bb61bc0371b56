import type { EngineName } from '../results/result.js';
import type { ReportFormat } from '../report/report.js';

/** What `mmlock bench` was asked for; undefined where the workload decides. Durations in ns, sizes in bytes. */
export interface BenchOptions {
  readonly strategy?: readonly string[];
  readonly baseline?: string;
  readonly engine: EngineName;
  readonly threads?: number;
  readonly duration?: number;
  readonly warmup?: number;
  readonly blocks?: number;
  readonly quick?: boolean;
  readonly seed?: number;
  readonly memory?: number;
  readonly aa?: boolean;
  readonly label?: string;
  readonly out: string;
  readonly force?: boolean;
  readonly csv?: string;
  readonly format: ReportFormat;
  readonly dryRun?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}
