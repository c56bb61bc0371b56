/**
 * What can be wrong with what a user wrote. The codes are stable: they stand in JSON and in verbose
 * screens, and are listed in docs/writing-a-workload.md.
 */
export const diagnosticCodes = {
  /** The file cannot be read: missing, a directory, not permitted, too large. */
  unreadable: 'MML-W001',
  /** Not YAML. */
  syntax: 'MML-W002',
  unknownKey: 'MML-W003',
  missingKey: 'MML-W004',
  wrongType: 'MML-W005',
  /** A word that names nothing: operation, region, role, strategy, lock, metric. */
  unknownWord: 'MML-W006',
  /** A number without its unit, or with a unit that does not exist. */
  unit: 'MML-W007',
  outOfRange: 'MML-W008',
  /** Two parts of the file that cannot both be. */
  contradiction: 'MML-W009',
  /** More memory than there is. */
  memory: 'MML-W010',
  threads: 'MML-W011',
  /** Right, but this version of mmlock cannot do it. */
  notAvailable: 'MML-W012',
  /** A user's lock file that cannot be used. */
  lockFile: 'MML-W013',
} as const;

export type DiagnosticCode = (typeof diagnosticCodes)[keyof typeof diagnosticCodes];

/** One thing that is wrong, and where. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly code: DiagnosticCode;
  /** What is wrong and what to do about it; no full stop at the end. */
  readonly message: string;
  /** As the user named it. */
  readonly file: string;
  /** From 1; 0 if it is about the file as a whole or about a flag. */
  readonly line: number;
  /** From 1; 0 as `line`. */
  readonly column: number;
  /** Characters to underline, at least 1 where there is a line. */
  readonly length: number;
  /** Text of the line, without its end; '' if there is none. */
  readonly source: string;
}

/** A diagnostic about a file as a whole, or about what was asked on the command line. */
export function wholeFile(file: string, code: DiagnosticCode, message: string): Diagnostic {
  return { severity: 'error', code, message, file, line: 0, column: 0, length: 0, source: '' };
}

export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some((diagnostic) => diagnostic.severity === 'error');

/** By line and column, so that a reader goes through the file once. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort((a, b) => a.line - b.line || a.column - b.column);
}

export interface PrintOptions {
  /** Show the stable codes. */
  readonly verbose?: boolean;
  /** Where to read what the file may hold; the workload schema unless said. */
  readonly help?: string;
}

/** All diagnostics as text for a screen, with a closing line that counts them; '' if there are none. */
export function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  options: PrintOptions = {},
): string {
  if (diagnostics.length === 0) return '';
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error').length;
  const warnings = diagnostics.length - errors;
  const counts = [count(errors, 'error'), count(warnings, 'warning')].filter((text) => text !== '');
  return (
    diagnostics.map((diagnostic) => printDiagnostic(diagnostic, options)).join('') +
    `${counts.join(', ')}. ${options.help ?? 'Schema: mmlock schema'}\n`
  );
}

function printDiagnostic(diagnostic: Diagnostic, options: PrintOptions): string {
  const { file, line, column, severity, message, code, source } = diagnostic;
  const place = line === 0 ? `${file}:` : `${file}:${line}:${column}`;
  const head = `${place} ${severity.padEnd(6)} ${printable(message)}${options.verbose ? ` [${code}]` : ''}\n`;
  if (line === 0 || source === '') return head;
  const number = String(line).padStart(3);
  const shown = shorten(printable(source), column);
  const underlined = Math.max(1, Math.min(diagnostic.length, shown.text.length - shown.at));
  // A tab is kept, so that the squiggle stands below its word wherever the terminal puts tab stops.
  const indent = shown.text.slice(0, shown.at).replace(/[^\t]/g, ' ');
  return `${head}${number} | ${shown.text}\n    | ${indent}${'^'.repeat(underlined)}\n`;
}

/** Control characters would reach the terminal; a tab is harmless. */
const printable = (text: string): string => text.replace(/[^\P{Cc}\t]/gu, '\uFFFD');

const longestLine = 120;

/** A very long line is cut to the part around the fault. */
function shorten(source: string, column: number): { text: string; at: number } {
  if (source.length <= longestLine) return { text: source, at: column - 1 };
  const from = Math.max(0, Math.min(column - 1 - 40, source.length - longestLine));
  return { text: source.slice(from, from + longestLine), at: column - 1 - from };
}

const count = (n: number, word: string): string =>
  n === 0 ? '' : `${n} ${word}${n === 1 ? '' : 's'}`;
