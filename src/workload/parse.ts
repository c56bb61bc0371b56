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
import { outline } from './outline.js';
import { largestFile, tooLargeMessage } from './read-text.js';
import type { Report } from './report-fault.js';
import { workloadSchema, type Workload } from './schema.js';
import { WorkloadSource } from './source.js';

/** A workload as read, with its text to point into; `workload` is absent if there is any error. */
export interface ParsedWorkload {
  readonly workload?: Workload;
  /** By line. */
  readonly diagnostics: readonly Diagnostic[];
  readonly source?: WorkloadSource;
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
    return { diagnostics: [wholeFile(file, diagnosticCodes.unreadable, message)] };
  }
  const source = new WorkloadSource(text, file);
  const { content } = source;
  const diagnostics = [...source.faults];
  if (content === undefined) return { diagnostics, source };
  if (content === null) {
    const message = 'the file is empty: mmlock init writes a first workload';
    return {
      diagnostics: [...diagnostics, wholeFile(file, diagnosticCodes.missingKey, message)],
      source,
    };
  }
  const result = workloadSchema.safeParse(content);
  if (!result.success) diagnostics.push(...issueDiagnostics(source, result.error.issues));
  const report: Report = (code, path, message, part) => {
    diagnostics.push(source.diagnostic(code, path, message, part));
  };
  const seen = outline(content);
  checkSpace(seen, report);
  checkRoles(seen, report);
  checkStrategies(seen, known, report);
  checkClaims(seen, report);
  const sorted = sortDiagnostics(diagnostics);
  return result.success && !hasErrors(sorted)
    ? { workload: result.data, diagnostics: sorted, source }
    : { diagnostics: sorted, source };
}
