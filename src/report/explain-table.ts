import { renderBar } from './explain-bar.js';
import { explained, explanationGrids, spreadText } from './explain-grid.js';
import { explanationHeading, explanationRemarks } from './explain-remarks.js';
import type { ExplainReport } from './explain-report.js';
import type { WorkloadExplanation } from '../explain/explanation.js';
import { createPaint, type Paint } from './paint.js';
import { renderRemarks } from './remark-lines.js';
import { renderGrid } from './terminal-grid.js';
import { wrapText } from './wrap.js';

/** Under this width a bar has a line of its own. */
const narrow = 100;
/** Under this width the figures are stacked even if a table would fit. */
const leastTable = 60;
/** A longer bar says no more. */
const longestBar = 80;

/** What a person reads in a terminal: a bar a strategy, and under them what the stretches are. */
export const tableExplanation: ExplainReport = ({ workloads }, options) => {
  const paint = createPaint(options.colour);
  return workloads
    .map((workload) =>
      [
        wrapText(explanationHeading(workload), options.width, '', '  '),
        ...renderBars(workload, options.width, paint).map((line) => `${line}\n`),
        ...explanationGrids(workload, options.verbose, options.width).map(
          (grid) => `\n${renderGrid(grid, options.width, paint, leastTable)}`,
        ),
        renderRemarks('', explanationRemarks(workload), options, paint),
      ].join(''),
    )
    .join('\n');
};

/** Bars of one length, one below the other, with the time that each stands for. */
export function renderBars(
  workload: WorkloadExplanation,
  width: number,
  paint: Paint,
): readonly string[] {
  const rows = explained(workload).map(({ strategy, isReference, time }) => ({
    name: strategy,
    tone: isReference ? ('strong' as const) : ('plain' as const),
    ns: time.perOperation === null ? 'none finished' : spreadText(time.perOperation),
    parts: time.parts,
  }));
  const widest = (texts: readonly string[]): number =>
    Math.max(0, ...texts.map((text) => text.length));
  const names = widest(rows.map(({ name }) => name));
  const times = widest(rows.map(({ ns }) => ns));
  const room = width - names - times - 5;
  const beside = width >= narrow && room >= longestBar / 2;
  const length = Math.min(longestBar, beside ? room : width - 2);
  return rows.flatMap(({ name, tone, ns, parts }) => {
    const bar = renderBar(parts, length, paint);
    const head = ` ${paint(tone, name)}${' '.repeat(names - name.length)}  ${ns.padStart(times)}`;
    return beside ? [`${head}  ${bar}`] : [head, `  ${bar}`];
  });
}
