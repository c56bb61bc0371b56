import type { ScalingCurve, ScalingGroup } from '../results/scaling.js';
import type { IntervalEstimate } from '../stats/median-interval.js';
import { absent, formatShare, formatSi, formatSpread } from './format.js';
import { cell, cells, left, right, type Cell, type Grid } from './grid.js';
import type { Remark } from './remarks.js';

/** Above this root mean square the law does not describe a curve. */
const badFit = 0.1;

export const isBadFit = ({ fit }: ScalingCurve): boolean => fit !== null && fit.fit.error > badFit;

/** Throughput by number of CPUs, a column a strategy: `4.51M ±1.2% 3.41×`. */
export function scalingGrid(group: ScalingGroup): Grid {
  const { headline, cpus, curves } = group;
  const measured = curves.filter(({ points }) => points.length > 0);
  const least = Math.min(...measured.flatMap(({ points }) => points.map((point) => point.cpus)));
  return {
    title: `${headline.role}: ${headline.unit} by number of CPUs, and how many times that at ${Number.isFinite(least) ? least : 1}`,
    columns: [right('CPUs'), ...measured.map(({ strategy }) => right(strategy))],
    rows: cpus.map((count) =>
      cells(cell(String(count)), ...measured.map((curve) => pointCell(curve, count))),
    ),
  };
}

function pointCell({ points, peak }: ScalingCurve, cpus: number): Cell {
  const point = points.find((each) => each.cpus === cpus);
  if (point === undefined) return cell(absent, 'faint');
  const { value, low, high } = point.throughput;
  const spread = formatSpread(value, low, high);
  const times = point.speedup === null ? '' : `${formatSi(point.speedup.value)}×`;
  const text = [formatSi(value), spread, times.padStart(6)].filter((part) => part !== '');
  return cell(text.join(' '), peak?.cpus === cpus ? 'strong' : 'plain');
}

/** The law's figures and the peaks, a row a strategy. */
export function peaksGrid({ curves }: ScalingGroup): Grid {
  return {
    title: 'peaks, and the Universal Scalability Law λn / (1 + σ(n − 1) + κn(n − 1))',
    columns: [
      left('strategy'),
      right('peak measured'),
      right('peak by the law'),
      right('λ'),
      right('σ'),
      right('κ'),
      right('off by'),
    ],
    rows: curves
      .filter(({ points }) => points.length > 0)
      .map((curve) => {
        const { fit } = curve;
        const tone = isBadFit(curve) ? 'unsure' : 'plain';
        return cells(
          cell(curve.strategy),
          cell(measuredText(curve)),
          cell(lawPeakText(curve), tone),
          ...(fit === null
            ? Array.from({ length: 4 }, () => cell(absent, 'faint'))
            : [
                cell(intervalText(fit.lambda, formatSi), tone),
                cell(intervalText(fit.sigma, coefficient), tone),
                cell(intervalText(fit.kappa, coefficient), tone),
                cell(formatShare(fit.fit.error), tone),
              ]),
        );
      }),
  };
}

/** `16 (32 not separated)`; `≥ 256` where throughput was greatest at the end. */
function measuredText({ peak }: ScalingCurve): string {
  if (peak === null) return absent;
  const others =
    peak.notSeparated.length === 0 ? '' : ` (${peak.notSeparated.join(', ')} not separated)`;
  return `${peak.atEnd ? '≥ ' : ''}${peak.cpus}${others}`;
}

function lawPeakText({ fit }: ScalingCurve): string {
  if (fit === null) return absent;
  return intervalText(fit.peak, (cpus) => (Number.isFinite(cpus) ? cpus.toFixed(0) : 'none'));
}

function intervalText(
  { value, low, high }: IntervalEstimate,
  format: (value: number) => string,
): string {
  if (low === null || high === null) return format(value);
  const [from, to] = [format(low), format(high)];
  return from === to && from === format(value) ? from : `${format(value)} [${from},${to}]`;
}

/** σ and κ span six orders of magnitude. */
const coefficient = (value: number): string =>
  value === 0 ? '0' : value < 0.01 ? value.toExponential(1) : value.toPrecision(2);

/** What the figures cannot show: bad fits, laws without a peak, peaks beyond what was measured, refusals. */
export function scalingRemarks(group: ScalingGroup): readonly Remark[] {
  const remarks: Remark[] = [];
  const measured = group.curves.filter(({ points }) => points.length > 0);
  for (const { strategy, reason, points } of group.curves) {
    if (reason !== null && points.length === 0) {
      remarks.push({ text: `unsupported: ${strategy}: ${reason}`, tone: 'unsure' });
    }
  }
  const unfitted = measured.filter(({ fit }) => fit === null);
  if (unfitted.length > 0) {
    remarks.push({
      text: `${names(unfitted)}: the law has three coefficients, so it takes 4 numbers of CPUs with some throughput to fit it`,
      tone: 'faint',
    });
  }
  for (const curve of measured.filter(isBadFit)) {
    const worst = curve.fit?.fit.worst;
    remarks.push({
      text:
        `${curve.strategy}: the law fits badly (off by ${formatShare(curve.fit?.fit.error ?? 0)}, at ` +
        `${worst?.cpus ?? 0} CPUs by ${formatShare(worst?.error ?? 0)}): its coefficients and its peak say little here`,
      tone: 'unsure',
    });
  }
  const endless = measured.filter(({ fit }) => fit !== null && fit.peak.value === Infinity);
  if (endless.length > 0) {
    remarks.push({
      text: `${names(endless)}: κ is 0, so the law rises without end and has no peak`,
      tone: 'plain',
    });
  }
  const most = Math.max(...measured.flatMap(({ points }) => points.map(({ cpus }) => cpus)));
  const beyond = measured.filter(
    ({ fit }) => fit !== null && Number.isFinite(fit.peak.value) && fit.peak.value > most,
  );
  if (beyond.length > 0) {
    remarks.push({
      text: `${names(beyond)}: the law's peak lies beyond the ${most} CPUs that were measured`,
      tone: 'unsure',
    });
  }
  return remarks;
}

const names = (curves: readonly ScalingCurve[]): string =>
  curves.map(({ strategy }) => strategy).join(', ');
