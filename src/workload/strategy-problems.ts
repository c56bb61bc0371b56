import type { EntryProblem } from '../strategies/resolve-all.js';
import { diagnosticCodes, type Diagnostic, type DiagnosticCode } from './diagnostic.js';
import type { WorkloadSource } from './source.js';

const codes: Readonly<Record<EntryProblem['kind'], DiagnosticCode>> = {
  unknown: diagnosticCodes.unknownWord,
  later: diagnosticCodes.notAvailable,
  missing: diagnosticCodes.missingKey,
  contradiction: diagnosticCodes.contradiction,
};

/** What resolving the entries of `strategies` found wrong, at their places in the file. */
export function strategyDiagnostics(
  source: WorkloadSource,
  problems: readonly EntryProblem[],
): Diagnostic[] {
  return problems.map(({ entry, kind, key, message }) => {
    const at = ['strategies', entry];
    const path = key === '' || kind === 'missing' ? at : [...at, key];
    return source.diagnostic(codes[kind], path, message);
  });
}
