import type { ComparedCell } from '../gate/comparison.js';
import { summaryColumns } from '../results/csv-summary.js';
import { csvText, type Field } from '../results/csv-text.js';
import { cellName } from './verdict-words.js';
import type { VerdictReport } from './verdicts.js';

/** Columns of the summary of one result, about the head; behind them what there is only where two are compared. */
const columns: readonly string[] = [
  ...summaryColumns,
  ...['margin', 'p', 'confirmed', 'blocks_needed', 'base_median', 'base_ci_lo', 'base_ci_hi'],
  ...['base', 'head', 'trust', 'reason'],
];

/**
 * One row a cell; one a row that stands on one side only, whose verdict is `only in base` or `only in head`; and
 * one a reason why nothing can be compared, whose verdict is `not comparable`. Empty: not measured, or does not apply.
 */
export const csvVerdicts: VerdictReport = (comparisons) =>
  csvText(
    columns,
    comparisons.flatMap((comparison) => {
      const { base, head, engine, trust, cells, oneSided, refusals } = comparison;
      const shared = { base, head, engine, trust };
      return [
        ...cells.map((cell) => ({ ...shared, ...cellFields(cell) })),
        ...oneSided.map(({ cell, side, reason }) => ({
          ...{ ...shared, cell, verdict: `only in ${side}`, reason },
        })),
        ...refusals.map((reason) => ({ ...shared, verdict: 'not comparable', reason })),
      ];
    }),
  );

function cellFields(cell: ComparedCell): Record<string, Field> {
  const { workload, strategy, threads, role, op, metric, unit, better } = cell;
  const { base, head, change, level, margin, verdict, confirmed, reason } = cell;
  return {
    ...{ workload, strategy, threads, cell: cellName(cell), role, op, metric, unit, better },
    ...{ median: head?.value, ci_lo: head?.low, ci_hi: head?.high, n: cell.blocks },
    ...{ ratio: change?.value, ratio_lo: change?.low, ratio_hi: change?.high, level },
    ...{ base_median: base?.value, base_ci_lo: base?.low, base_ci_hi: base?.high },
    ...{ margin, p: cell.pWorse, confirmed, blocks_needed: cell.blocksNeeded },
    ...{ verdict, reason },
  };
}
