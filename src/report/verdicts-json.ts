import type { ComparedCell, Comparison, NoiseFloor } from '../gate/comparison.js';
import { countVerdicts, outcomeOf, summaryOf } from '../gate/outcome.js';
import { exitOf } from './verdict-words.js';
import type { VerdictReport } from './verdicts.js';

/** Of this form, apart from that of result files: a reader refuses a greater one. */
const schemaVersion = 1;

/**
 * Everything that the other forms are written from, and what it comes to. Fields are written out one by one, so
 * that neither their names nor their order follow the code; null is 'not measured', 'does not apply' or infinite.
 */
export const jsonVerdicts: VerdictReport = (comparisons, options) => {
  const content = {
    format: 'mmlock-verdicts',
    schemaVersion,
    ...summaryOf(comparisons),
    exit: exitOf(comparisons, options),
    comparisons: comparisons.map(comparisonFields),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
};

function comparisonFields(comparison: Comparison): object {
  const { kind, base, head, engine, trust, gated, inconclusive } = comparison;
  return {
    ...{ kind, base, head, engine, trust, gated, inconclusive },
    outcome: outcomeOf(comparison),
    verdicts: countVerdicts(comparison),
    cells: comparison.cells.map(cellFields),
    noise: comparison.noise.map(noiseFields),
    oneSided: comparison.oneSided.map(({ cell, side, reason }) => ({ cell, side, reason })),
    warnings: comparison.warnings,
    refusals: comparison.refusals,
  };
}

function cellFields(cell: ComparedCell): object {
  const { workload, threads, strategy, role, op, metric, unit, better } = cell;
  const { base, head, change, level, margin } = cell;
  const { verdict, confirmed, blocks, blocksNeeded, pWorse, reason, place } = cell;
  return {
    ...{ workload, threads, strategy, role, op, metric, unit, better },
    ...{ base, head, change, level, margin },
    ...{ verdict, confirmed, blocks, blocksNeeded, pWorse, reason, place },
  };
}

const noiseFields = ({ workload, role, op, metric, ratio, floor }: NoiseFloor): object => ({
  ...{ workload, role, op, metric, ratio, floor },
});
