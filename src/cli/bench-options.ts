import type { EngineName } from '../results/result.js';
import type { Host } from '../gate/margins.js';
import type { ReportFormat } from '../report/report.js';
import type { Gate } from '../workload/gate.js';
import type { ReportFile } from './report-files.js';

/** `--margin throughput=5%`. */
export interface MarginFlag {
  readonly metric: string;
  readonly margin: number | 'auto';
}

/** What `mmlock bench` was asked for; undefined where the workload decides. Durations in ns, sizes in bytes. */
export interface BenchOptions {
  readonly strategy?: readonly string[];
  readonly baseline?: string;
  readonly engine: EngineName;
  readonly threads?: number;
  /** Name or path of what `sim` runs on, and how many of its CPUs. */
  readonly machine?: string;
  readonly cpus?: number;
  readonly duration?: number;
  readonly warmup?: number;
  readonly blocks?: number;
  readonly quick?: boolean;
  readonly seed?: number;
  readonly memory?: number;
  readonly aa?: boolean;
  readonly gate?: boolean;
  readonly margin?: readonly MarginFlag[];
  readonly onInconclusive?: Gate['inconclusive'];
  readonly host: Host;
  readonly label?: string;
  readonly out: string;
  readonly force?: boolean;
  readonly csv?: string;
  readonly trace?: string;
  readonly traceWindow?: number;
  readonly traceStrategy?: string;
  readonly traceWorkload?: string;
  readonly format: ReportFormat;
  readonly report?: readonly ReportFile<ReportFormat>[];
  readonly dryRun?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}
