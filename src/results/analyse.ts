import { familyConfidence } from '../stats/family.js';
import type { Analysis, WorkloadAnalysis } from './analysis.js';
import { counterTable, operationComparisons, operationTable } from './analyse-operations.js';
import { headlineValues, strategyRows } from './analyse-strategies.js';
import { cellsOf, runningLabels } from './cells.js';
import { judgeClaims } from './claims.js';
import { findFastest, findRepeatArm, findResolvable } from './fastest.js';
import { findNotes } from './find-notes.js';
import { firstOperation, headlineRole, throughputUnit } from './metrics.js';
import type { Result, WorkloadResult } from './result.js';

/**
 * Comparisons of the main table when so many strategies run, the reference and the A/A arm among them:
 * throughput and p99 of each but the reference.
 */
export const mainComparisons = (strategies: number): number => 2 * Math.max(0, strategies - 1);

/** Everything that is printed of a result; a pure function of it. */
export function analyse(result: Result): Analysis {
  return {
    engine: result.engine,
    complete: result.complete,
    workloads: result.workloads.map((workload) => analyseWorkload(result, workload)),
  };
}

function analyseWorkload(result: Result, workload: WorkloadResult): WorkloadAnalysis {
  const role = headlineRole(workload.plan.roles);
  if (role === undefined) throw new Error(`the plan of ${workload.name} has no role`);
  const subject = { role, op: null };
  const cells = cellsOf(workload);
  const comparisons = mainComparisons(runningLabels(workload).length);
  const confidence = familyConfidence(comparisons);
  const values = headlineValues(cells, subject);
  const strategies = strategyRows(workload, cells, subject, values, confidence);
  const operations = operationTable(workload, cells);
  return {
    workload: workload.name,
    file: workload.file,
    threads: workload.plan.threads,
    blocks: cells.blocks.length,
    blocksPlanned: workload.orders.length,
    reference: workload.reference,
    headline: { role: role.name, op: firstOperation(role), unit: throughputUnit(role) },
    // The A/A arm comes last; the order of the file is kept otherwise.
    strategies: [
      ...strategies.filter(({ repeats }) => repeats === null),
      ...strategies.filter(({ repeats }) => repeats !== null),
    ],
    comparisons,
    fastest: findFastest(workload, values, strategies),
    repeatArm: findRepeatArm(workload, values, confidence),
    resolvable: {
      throughput: findResolvable(workload, values.throughput),
      p99: findResolvable(workload, values.p99),
    },
    operations,
    operationComparisons: operationComparisons(workload),
    counters: counterTable(workload, cells),
    claims: judgeClaims(workload, cells, siblingsOf(result, workload)),
    notes: findNotes({ result, workload, cells, subject, comparisons, operations }),
    faults: workload.trials.flatMap(({ strategy, block, faults }) =>
      faults.map((text) => ({ strategy, block, text })),
    ),
  };
}

/** All cells of a workload's matrix; the workload alone if it has none. */
const siblingsOf = ({ workloads }: Result, workload: WorkloadResult): readonly WorkloadResult[] =>
  workload.cell === undefined
    ? [workload]
    : workloads.filter(({ cell, file }) => cell !== undefined && file === workload.file);
