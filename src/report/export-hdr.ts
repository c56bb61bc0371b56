import type { Trial, TrialRow } from '../engines/trial.js';
import { encodeHdr } from '../measure/hdr-encoding.js';
import { bucketHigh } from '../measure/histogram.js';
import type { SparseHistogram } from '../measure/sparse-histogram.js';
import { analyse } from '../results/analyse.js';
import { zerosOf } from '../results/metrics.js';
import type { WorkloadResult } from '../results/result.js';
import type { Times } from '../workload/metrics.js';
import { escapeName } from './escape-name.js';
import { comment, runComments, workloadComments } from './export-comments.js';
import type { Export } from './exports.js';

/**
 * HdrHistogram's interval log, version 1.3: for each trial a line for each role, operation and kind of time, in which
 * the threads are merged. Values are ns. A tag has no trial in it, so that readers show trials as a course of time;
 * one that adds up the lines of a tag pools trials, which is said in the file.
 *
 * Source of the format: HdrHistogram 2.1.12, HistogramLogReader and HistogramLogWriter.
 */
export const hdrExport: Export = (result) => {
  // What was simulated has no time of day: it begins with the epoch.
  const started = result.environment?.started ?? new Date(0).toISOString();
  const startSeconds = (Date.parse(started) / 1000).toFixed(3);
  const { workloads } = analyse(result);
  return [
    ...runComments(result),
    ...workloads.flatMap(workloadComments),
    comment(
      'tags are workload/strategy/role/operation/times, values are ns, an interval is a trial',
    ),
    comment(
      'readers that add up the intervals of a tag pool its trials: mmlock has no such figure',
    ),
    comment(
      'a trial has no time of day: intervals follow each other as trials did, without pauses',
    ),
    '#[Histogram log format version 1.3]\n',
    `#[StartTime: ${startSeconds} (seconds since epoch), ${started}]\n`,
    `#[BaseTime: ${startSeconds} (seconds since epoch)]\n`,
    '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"\n',
    ...intervals(result.workloads),
  ].join('');
};

function intervals(workloads: readonly WorkloadResult[]): readonly string[] {
  let at = 0;
  return workloads.flatMap((workload) =>
    workload.trials.flatMap((trial) => {
      at += trial.warmupSeconds;
      const lines = trialLines(workload.name, trial, at);
      at += trial.seconds;
      return lines;
    }),
  );
}

const kinds: readonly Times[] = ['latency', 'wait', 'hold'];

const trialLines = (workload: string, trial: Trial, startSeconds: number): readonly string[] =>
  trial.rows.flatMap((row) =>
    kinds.flatMap((times) => {
      const tag = [workload, trial.strategy, row.role, row.op, times].map(escapeName).join('/');
      return intervalLine(tag, row, times, startSeconds, trial.seconds);
    }),
  );

/** Nothing where no such time was recorded. */
function intervalLine(
  tag: string,
  row: TrialRow,
  times: Times,
  startSeconds: number,
  seconds: number,
): readonly string[] {
  const histogram: SparseHistogram = row[times];
  const zeros = zerosOf(row, times);
  const greatest = histogram.buckets.at(-1) ?? 0;
  if (histogram.buckets.length === 0 && zeros === 0) return [];
  // Readers expect the greatest value in ms.
  const maxMs = bucketHigh(greatest) / 1e6;
  const figures = [startSeconds, seconds, maxMs].map((figure) => figure.toFixed(3));
  return [`Tag=${tag},${figures.join(',')},${encodeHdr(histogram, zeros)}\n`];
}
