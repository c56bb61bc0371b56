import { differences, fingerprintOf, type FieldDifference } from './fingerprint.js';
import type { Result, WorkloadResult } from './result.js';

/**
 * In what two results differ that would have to be the same in parts of one sweep: all but which trials they hold. At most one difference a
 * cell; none if they are of one sweep.
 */
export function sweepDifferences(base: Result, head: Result): FieldDifference[] {
  const found = differences(sweepFields(base), sweepFields(head));
  if (found.length > 0) return found;
  return base.workloads.flatMap((workload, index) => {
    const other = head.workloads[index];
    return other === undefined ? [] : cellDifference(workload, other, base, head);
  });
}

function sweepFields({ mmlock, sweep, seed, label, workloads }: Result): Record<string, string> {
  return {
    mmlock: `${mmlock.version}${mmlock.commit === null ? '' : ` (${mmlock.commit})`}`,
    CPUs: sweep === undefined ? 'no sweep' : sweep.cpus.join(','),
    seed: String(seed),
    label: label ?? 'none',
    cells: workloads.map(({ name }) => name).join(' '),
  };
}

function cellDifference(
  base: WorkloadResult,
  head: WorkloadResult,
  baseResult: Result,
  headResult: Result,
): FieldDifference[] {
  const [known] = differences(
    { 'workload file': base.sha256.slice(0, 16), ...fingerprintOf(baseResult, base) },
    { 'workload file': head.sha256.slice(0, 16), ...fingerprintOf(headResult, head) },
  );
  if (known !== undefined) return [{ ...known, field: `${base.name}: ${known.field}` }];
  const names = ({ strategies }: WorkloadResult): string =>
    strategies.map(({ strategy }) => strategy.name).join(',');
  const fields = (workload: WorkloadResult): Record<string, string> => ({
    strategies: names(workload),
    blocks: String(workload.orders.length),
    reference: workload.reference,
  });
  const [shown] = differences(fields(base), fields(head));
  if (shown !== undefined) return [{ ...shown, field: `${base.name}: ${shown.field}` }];
  const [unseen] = (['plan', 'strategies', 'orders'] as const).filter(
    (field) => JSON.stringify(base[field]) !== JSON.stringify(head[field]),
  );
  return unseen === undefined
    ? []
    : [{ field: `${base.name}: ${unseen}`, base: 'one', head: 'another' }];
}
