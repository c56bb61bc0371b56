import { checkClaims } from './check-claims.js';
import { checkRoles } from './check-roles.js';
import { checkSpace } from './check-space.js';
import { checkStrategies, type KnownNames } from './check-strategies.js';
import {
  diagnosticCodes,
  hasErrors,
  sortDiagnostics,
  wholeFile,
  type Diagnostic,
} from './diagnostic.js';
import { issueDiagnostics } from './issues.js';
import { expandMatrix, type CellThreads, type MatrixCell, type PlannedCell } from './matrix.js';
import { mapping, outline } from './outline.js';
import { largestFile, tooLargeMessage } from './read-text.js';
import type { Report } from './report-fault.js';
import { workloadSchema, type Workload } from './schema.js';
import { WorkloadSource } from './source.js';

/** A workload as read, with its text to point into; `workload` is absent if there is any error. */
export interface ParsedWorkload {
  /** Of a matrix: that of the first cell. */
  readonly workload?: Workload;
  /** By line. */
  readonly diagnostics: readonly Diagnostic[];
  readonly source?: WorkloadSource;
  /** What is run: one workload for each cell of the matrix, or one; none if there is any error. */
  readonly cells: readonly ParsedCell[];
}

/** One workload that a file asks for; `cell` and `threads` are null where it has no matrix. */
export interface ParsedCell {
  readonly cell: MatrixCell | null;
  readonly threads: CellThreads | null;
  readonly workload: Workload;
  readonly source: WorkloadSource;
}

/**
 * Reads a workload and finds everything that is wrong with it at once.
 *
 * @param text the file's content
 * @param file its name as the user wrote it, for messages
 * @param known the names of strategies and locks that there are
 */
export function parseWorkload(text: string, file: string, known: KnownNames): ParsedWorkload {
  if (Buffer.byteLength(text) > largestFile) {
    const message = tooLargeMessage('is it a workload?');
    return { diagnostics: [wholeFile(file, diagnosticCodes.unreadable, message)], cells: [] };
  }
  const source = new WorkloadSource(text, file);
  const { content } = source;
  if (content === undefined) return { diagnostics: source.faults, source, cells: [] };
  if (content === null) {
    const message = 'the file is empty: mmlock init writes a first workload';
    const fault = wholeFile(file, diagnosticCodes.missingKey, message);
    return { diagnostics: [...source.faults, fault], source, cells: [] };
  }
  const diagnostics = [...source.faults];
  const planned = mapping(content).matrix === undefined ? [] : plannedCells(source, diagnostics);
  const checked = (planned.length === 0 ? [wholeCell] : planned).map((each) => {
    const own = each.substitutions.length === 0 ? source : source.withValues(each.substitutions);
    return { ...each, source: own, ...checkContent(own, known) };
  });
  const cells = checked.flatMap(({ cell, threads, workload, source: own }): ParsedCell[] =>
    workload === undefined ? [] : [{ cell, threads, workload, source: own }],
  );
  const sorted = sortDiagnostics([...diagnostics, ...mergeFaults(checked)]);
  const [first] = cells;
  return first === undefined || hasErrors(sorted)
    ? { diagnostics: sorted, source, cells: [] }
    : { workload: first.workload, diagnostics: sorted, source, cells };
}

/** A file without a matrix. */
const wholeCell = { cell: null, threads: null, substitutions: [] } as const;

function plannedCells(source: WorkloadSource, diagnostics: Diagnostic[]): readonly PlannedCell[] {
  return expandMatrix(source.content, reporter(source, diagnostics));
}

const reporter =
  (source: WorkloadSource, diagnostics: Diagnostic[]): Report =>
  (code, path, message, part) => {
    diagnostics.push(source.diagnostic(code, path, message, part));
  };

/** Everything that is wrong with the content; without a workload if its form is. */
function checkContent(
  source: WorkloadSource,
  known: KnownNames,
): { readonly workload: Workload | undefined; readonly faults: readonly Diagnostic[] } {
  const faults: Diagnostic[] = [];
  const result = workloadSchema.safeParse(source.content);
  if (!result.success) faults.push(...issueDiagnostics(source, result.error.issues));
  const report = reporter(source, faults);
  const seen = outline(source.content);
  checkSpace(seen, report);
  checkRoles(seen, report);
  checkStrategies(seen, known, report);
  checkClaims(seen, report);
  return { workload: result.data, faults };
}

/** What is wrong in every cell shows once, and what is not, with the first cell in which it is. */
function mergeFaults(
  cells: readonly { readonly cell: MatrixCell | null; readonly faults: readonly Diagnostic[] }[],
): Diagnostic[] {
  const places = new Map<string, { first: string; count: number; fault: Diagnostic }>();
  for (const { cell, faults } of cells) {
    for (const fault of faults) {
      const key = JSON.stringify(fault);
      const known = places.get(key) ?? { first: cell?.name ?? '', count: 0, fault };
      places.set(key, { ...known, count: known.count + 1 });
    }
  }
  return [...places.values()].map(({ first, count, fault }) =>
    count >= cells.length ? fault : inCell(fault, first),
  );
}

/** The fault, with the cell of a matrix in which it is. */
export const inCell = (fault: Diagnostic, cell: string): Diagnostic => ({
  ...fault,
  message: `${fault.message} (in cell ${cell})`,
});
