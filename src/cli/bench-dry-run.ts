import { formatShare } from '../report/format.js';
import type { BenchOptions } from './bench-options.js';
import type { PreparedWorkload } from './bench-record.js';
import { describePlan } from './bench-screen.js';
import type { Context } from './context.js';
import { exitStatus, type ExitStatus } from './exit-status.js';
import { foreseeResolvable, type Foreseen } from './foresee-resolvable.js';

/** `mmlock bench --dry-run`: prints what would run, and what it could tell apart; measures and writes nothing. */
export function dryRun(
  workloads: readonly PreparedWorkload[],
  options: BenchOptions,
  seed: number,
  { directory, stdout, stderr }: Context,
): ExitStatus {
  const empty = [
    ...(options.format === 'table' || options.format === 'json' ? [] : ['--format']),
    ...(options.csv === undefined ? [] : ['--csv']),
    ...(options.trace === undefined ? [] : ['--trace']),
    ...(options.report === undefined ? [] : ['--report']),
  ];
  if (empty.length > 0) {
    stderr.write(
      `${empty.join(', ')}: --dry-run has no figures to write; it prints a table, or with --format json its plan\n`,
    );
    return exitStatus.usage;
  }
  const planned = workloads.map((workload) => ({
    ...workload,
    resolvable: foreseeResolvable(workload, options, directory),
  }));
  stdout.write(
    options.format === 'json'
      ? `${JSON.stringify({ seed, workloads: planned }, null, 2)}\n`
      : planned.map((each) => describePlan(each) + resolvableLine(each)).join('\n'),
  );
  return exitStatus.ok;
}

function resolvableLine({
  resolvable: foreseen,
  orders: { length: blocks },
  plan,
}: PreparedWorkload & { readonly resolvable: Foreseen | null }): string {
  // What is simulated does not have the noise of this machine.
  if (foreseen === null && plan.machine !== undefined) return '';
  if (foreseen === null) {
    return '  smallest change resolvable: not known before this has run here; mmlock doctor --noise tells it of the machine\n';
  }
  const { throughput, p99, from } = foreseen;
  const text = (change: number | null): string =>
    change === null ? 'unknown' : formatShare(change);
  return `  smallest change resolvable in ${blocks} blocks: ${text(throughput)} throughput, ${text(p99)} p99, if they spread as in ${from}\n`;
}
