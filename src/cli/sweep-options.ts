import type { SweepFormat } from '../report/sweep-report.js';
import type { ShardOption } from './shard.js';

/** What `mmlock sweep` was asked for; undefined where the workload decides. Durations in ns, sizes in bytes. */
export interface SweepOptions {
  readonly cpus: readonly number[];
  readonly machine?: string;
  readonly strategy?: readonly string[];
  readonly blocks?: number;
  readonly seed?: number;
  readonly duration?: number;
  readonly warmup?: number;
  readonly memory?: number;
  readonly label?: string;
  readonly shard?: ShardOption;
  /** Trials at once. */
  readonly workers?: number;
  readonly out: string;
  readonly force?: boolean;
  readonly csv?: string;
  readonly format: SweepFormat;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}
