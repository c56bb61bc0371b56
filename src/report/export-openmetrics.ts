import { analyse } from '../results/analyse.js';
import type { Estimate, WorkloadAnalysis } from '../results/analysis.js';
import { cellsOf, runningLabels } from '../results/cells.js';
import { isShownPercentile } from '../results/percentiles.js';
import type { Result, WorkloadResult } from '../results/result.js';
import { summaryRows, summarySubjects, type SummaryRow } from '../results/summary.js';
import type { Export } from './exports.js';
import { renderExposition, type Family, type Labels, type Sample } from './openmetrics-text.js';

/** Medians, bounds and ratios as gauges without timestamps, which node_exporter's textfile collector takes. */
export const openMetricsExport: Export = (result) => {
  const { workloads } = analyse(result);
  const samples = result.workloads.flatMap((workload, index) => {
    const analysis = workloads[index];
    return [
      ...(analysis === undefined ? [] : runSamples(result, workload, analysis)),
      ...measuredSamples(result, workload),
    ];
  });
  return renderExposition(families, samples);
};

/** A median over blocks or a ratio of two, and the bounds of its interval. */
const estimated = (name: string, unit: string, help: string): readonly Family[] => [
  { name: `${name}_${unit}`, unit, help },
  { name: `${name}_low_${unit}`, unit, help: `Lower bound of the interval of ${name}_${unit}.` },
  { name: `${name}_high_${unit}`, unit, help: `Upper bound of the interval of ${name}_${unit}.` },
];

/** In the order in which they are written. */
const families: readonly Family[] = [
  {
    name: 'mmlock_run_start_timestamp_seconds',
    unit: 'seconds',
    help: 'When the run started, Unix time.',
  },
  { name: 'mmlock_blocks', unit: '', help: 'Blocks that every strategy finished: the sample.' },
  { name: 'mmlock_blocks_planned', unit: '', help: 'Blocks that were to be run.' },
  {
    name: 'mmlock_strategy_supported',
    unit: '',
    help: '1 if the strategy can run the workload, 0 if it was refused.',
  },
  {
    name: 'mmlock_faults',
    unit: '',
    help: 'Broken invariants and exclusion faults; above 0 the figures of the strategy are void.',
  },
  ...estimated(
    'mmlock_throughput',
    'per_second',
    'Finished operations per second, median over blocks, 95 % interval; op is empty for the role as a whole, whose unit is in the label.',
  ),
  ...estimated(
    'mmlock_latency',
    'seconds',
    'Latency of an operation, median over blocks, 95 % interval.',
  ),
  ...estimated(
    'mmlock_wait',
    'seconds',
    'Waiting for locks within an operation, median over blocks, 95 % interval.',
  ),
  ...estimated(
    'mmlock_hold',
    'seconds',
    'Longest hold of a lock within an operation, median over blocks, 95 % interval.',
  ),
  ...estimated(
    'mmlock_starvation',
    'seconds',
    'Longest time in which a thread of the role finished nothing, median over blocks, 95 % interval.',
  ),
  ...estimated(
    'mmlock_fairness',
    'ratio',
    'Jain index over the threads of the role, median over blocks, 95 % interval.',
  ),
  ...estimated(
    'mmlock_min_share',
    'ratio',
    'Least share of a thread in the operations of the role, median over blocks, 95 % interval.',
  ),
  ...estimated(
    'mmlock_to_reference',
    'ratio',
    'Metric of the strategy divided by that of the reference strategy in the same blocks, with the family-wise interval of the table in which it stands.',
  ),
  {
    name: 'mmlock_percentile_exceedances',
    unit: '',
    help: 'Samples above a percentile in the median trial; below 100 the percentile is a hint, below 10 it is left out.',
  },
];

/** On every series, so that files of several runs can lie in one folder. */
const labelsOf = (result: Result, { name, plan }: WorkloadResult): Labels => ({
  workload: name,
  engine: result.engine,
  threads: String(plan.threads),
});

function runSamples(
  result: Result,
  workload: WorkloadResult,
  analysis: WorkloadAnalysis,
): readonly Sample[] {
  const labels = labelsOf(result, workload);
  const { version, commit } = result.mmlock;
  const run = { ...labels, version, commit: commit ?? '', label: result.label ?? '' };
  const { environment } = result;
  return [
    // Its labels name the run, so that it is there without a time too.
    {
      family: 'mmlock_run_start_timestamp_seconds',
      labels: run,
      value: environment === null ? 0 : Date.parse(environment.started) / 1000,
    },
    { family: 'mmlock_blocks', labels, value: analysis.blocks },
    { family: 'mmlock_blocks_planned', labels, value: analysis.blocksPlanned },
    ...analysis.strategies.flatMap(({ strategy, status }): Sample[] => {
      const own = { ...labels, strategy };
      const faults = analysis.faults.filter((fault) => fault.strategy === strategy).length;
      const supported = status === 'ok';
      return [
        { family: 'mmlock_strategy_supported', labels: own, value: supported ? 1 : 0 },
        ...(supported ? [{ family: 'mmlock_faults', labels: own, value: faults }] : []),
      ];
    }),
  ];
}

function measuredSamples(result: Result, workload: WorkloadResult): readonly Sample[] {
  const cells = cellsOf(workload);
  const subjects = summarySubjects(workload);
  return runningLabels(workload)
    .flatMap((strategy) =>
      subjects.flatMap((subject) => summaryRows(workload, cells, strategy, subject)),
    )
    .filter(isShownPercentile)
    .flatMap((row) => rowSamples(labelsOf(result, workload), row));
}

function rowSamples(run: Labels, row: SummaryRow): readonly Sample[] {
  const { strategy, subject, name, exceedances } = row;
  const labels = { ...run, strategy, role: subject.role.name, op: subject.op ?? '' };
  const { base, suffix, scale, own } = placeOf(row);
  return [
    ...estimateSamples(base, suffix, { ...labels, ...own }, row.estimate, scale),
    ...estimateSamples('mmlock_to_reference', 'ratio', { ...labels, metric: name }, row.ratio, 1),
    ...(exceedances === null
      ? []
      : [
          {
            family: 'mmlock_percentile_exceedances',
            labels: { ...labels, metric: name },
            value: exceedances,
          },
        ]),
  ];
}

interface Placing {
  readonly base: string;
  readonly suffix: string;
  /** From the metric's own unit to the base unit. */
  readonly scale: number;
  /** Labels that only this family has. */
  readonly own: Labels;
}

/** The family of a metric. */
function placeOf({ name, unit }: SummaryRow): Placing {
  switch (name) {
    case 'throughput':
      return { base: 'mmlock_throughput', suffix: 'per_second', scale: 1, own: { unit } };
    case 'fairness':
      return { base: 'mmlock_fairness', suffix: 'ratio', scale: 1, own: {} };
    case 'share.min':
      return { base: 'mmlock_min_share', suffix: 'ratio', scale: 1, own: {} };
    case 'starvation':
      return { base: 'mmlock_starvation', suffix: 'seconds', scale: 1e-9, own: {} };
    default: {
      const [, of = 'latency', statistic = ''] = /^(?:(wait|hold)\.)?(.*)$/.exec(name) ?? [];
      return { base: `mmlock_${of}`, suffix: 'seconds', scale: 1e-9, own: { statistic } };
    }
  }
}

/** A bound that there are too few blocks for is left out. */
function estimateSamples(
  base: string,
  suffix: string,
  labels: Labels,
  estimate: Estimate | null,
  scale: number,
): readonly Sample[] {
  if (estimate === null) return [];
  const values = { '': estimate.value, low_: estimate.low, high_: estimate.high };
  return Object.entries(values).flatMap(([bound, value]) =>
    value === null ? [] : [{ family: `${base}_${bound}${suffix}`, labels, value: value * scale }],
  );
}
