import { formatChange, formatSi } from '../report/format.js';
import { headlineRole, throughputUnit } from '../results/metrics.js';
import type { StrategyResult } from '../results/result.js';
import { snakeCase } from '../workload/metrics.js';
import type { Experiment, Run } from './experiments.js';
import { pooledEstimate, pooledValues } from './pooled.js';

/** The strategy whose ratios are compared, or why there is none, as a sentence. */
export type Control =
  { readonly ok: true; readonly label: string } | { readonly ok: false; readonly refusal: string };

/**
 * The reference strategy of head's newest run, else that of base's, if it ran in every run of both sides. It must be
 * one strategy: what it is compared with would change unseen if the control did.
 */
export function findControl({ base, head }: Experiment): Control {
  const runs = [...base, ...head];
  const references = [head, base].flatMap((side) => side.at(-1)?.workload.reference ?? []);
  const label = references.find((name) =>
    runs.every(({ workload }) => strategyOf(workload, name)?.status === 'ok'),
  );
  if (label === undefined) {
    const names = [...new Set(references)].join(', ');
    const refusal = `there is no control: ${names} did not run in every run of both sides; measure both with the same --baseline`;
    return { ok: false, refusal };
  }
  const [first, ...others] = runs;
  for (const other of others) {
    const what = first === undefined ? '' : definitionDifference(first, other, label);
    if (what !== '') {
      const refusal = `${label}, the control, is not one strategy in ${first?.shown ?? ''} and ${other.shown}: they differ in ${what}`;
      return { ok: false, refusal };
    }
  }
  return { ok: true, label };
}

export const strategyOf = (
  { strategies }: Run['workload'],
  label: string,
): StrategyResult | undefined => strategies.find(({ strategy }) => strategy.name === label);

/** In what a strategy is defined differently in two runs: `mmap_lock, the lock file of mine`; '' if in nothing. */
export function definitionDifference(one: Run, other: Run, label: string): string {
  const first = strategyOf(one.workload, label)?.strategy;
  const second = strategyOf(other.workload, label)?.strategy;
  if (first === undefined || second === undefined) return '';
  const fields = (Object.keys(first) as (keyof typeof first)[]).filter(
    (field) => field !== 'about' && first[field] !== second[field],
  );
  const locks = [...new Set([first.mmapLock, first.rmapLock])].filter((lock) => {
    const [of, than] = [one, other].map(({ workload }) => workload.plan.userLocks[lock]?.sha256);
    return of !== than;
  });
  return [...fields.map(snakeCase), ...locks.map((lock) => `the lock file of ${lock}`)].join(', ');
}

/** That the control has no row, and how far it moved by itself between the sides. */
export function controlText({ name, base, head }: Experiment, label: string): string {
  const plan = head.at(-1)?.workload.plan;
  const role = headlineRole(plan?.roles ?? []);
  const text = `${name}: changes are of ratios to ${label}, the control, which is 1 by construction and has no row`;
  if (role === undefined) return text;
  const [before, after] = [base, head].map((runs) =>
    pooledEstimate(runs, pooledValues(runs, label, { kind: 'throughput' }, { role, op: null })),
  );
  if (before == null || after == null) return text;
  const unit = throughputUnit(role);
  return (
    `${text}; its own throughput moved by ${formatChange(after.value / before.value)} between the runs, ` +
    `from ${formatSi(before.value)} to ${formatSi(after.value)} ${unit}`
  );
}
