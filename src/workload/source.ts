import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type Document,
  type Node,
} from 'yaml';
import { diagnosticCodes, type Diagnostic, type DiagnosticCode } from './diagnostic.js';
import type { Place } from './gate.js';
import { valueAt, withValue } from './matrix-content.js';

/** Keys and list positions from the top of the file to a value. */
export type Path = readonly (string | number)[];

/** A value that stands in for what the file has at `path`; `at` is where it is written. */
export interface Substitution {
  readonly path: Path;
  readonly value: unknown;
  readonly at: Path;
}

/** Which part of `key: value` a diagnostic is about. */
export type Part = 'key' | 'value';

/** More alias expansions than any workload needs; a file that asks for more is out to exhaust memory. */
const maxAliasCount = 1000;

/** After so many, or one token where none can be, the parser is guessing. */
const mostSyntaxErrors = 20;

/** A YAML text, what it says, and where it says it. */
export class WorkloadSource {
  readonly text: string;
  /** As the user named it. */
  readonly file: string;
  /** The content as plain data; undefined if the text cannot be read as such. */
  readonly content: unknown;
  /** What is wrong with the YAML itself. */
  readonly faults: readonly Diagnostic[];
  readonly #document: Document;
  /** Offsets at which lines begin. The parser's own count misses lines inside tokens that it did not expect. */
  readonly #lineStarts: readonly number[];
  readonly #substitutions: readonly Substitution[];
  /** The content as the text has it. */
  readonly #written: unknown;

  /** @param substitutions values in place of those of the text, about which diagnostics then stand where they are written */
  constructor(text: string, file: string, substitutions: readonly Substitution[] = []) {
    this.#substitutions = substitutions;
    this.text = text;
    this.file = file;
    this.#lineStarts = [0, ...[...text.matchAll(/\n/g)].map((match) => match.index + 1)];
    const faults: Diagnostic[] = [];
    this.#document = this.#parse(faults);
    this.#written = faults.some((fault) => fault.severity === 'error' && !isDuplicate(fault))
      ? undefined
      : this.#read(faults);
    this.content = substitutions.reduce(
      (changed: unknown, { path, value }) => withValue(changed, path, value),
      this.#written,
    );
    this.faults = faults;
  }

  /** The same text with other values in it. */
  withValues(substitutions: readonly Substitution[]): WorkloadSource {
    return new WorkloadSource(this.text, this.file, substitutions);
  }

  #parse(faults: Diagnostic[]): Document {
    const options = { version: '1.2', schema: 'core', uniqueKeys: true } as const;
    if (isTooDeep(this.text)) {
      faults.push(this.#at(0, 1, diagnosticCodes.syntax, 'nested too deeply to be a workload'));
      return parseDocument('', options);
    }
    const document = parseDocument(this.text, { ...options, prettyErrors: false });
    const lost = document.errors.findIndex(({ code }) => code === 'UNEXPECTED_TOKEN');
    const told = lost === -1 ? document.errors : document.errors.slice(0, lost + 1);
    for (const { message, pos, code } of told.slice(0, mostSyntaxErrors)) {
      const text = syntaxMessages[code] ?? `not YAML: ${message}`;
      faults.push(this.#at(pos[0], pos[1] - pos[0], diagnosticCodes.syntax, text));
    }
    for (const { message, pos } of document.warnings) {
      const fault = this.#at(pos[0], pos[1] - pos[0], diagnosticCodes.syntax, message);
      faults.push({ ...fault, severity: 'warning' });
    }
    return document;
  }

  #read(faults: Diagnostic[]): unknown {
    const alias = this.#badAlias();
    if (alias !== undefined) {
      const [start, end] = alias.range ?? [0, 1];
      faults.push(this.#at(start, end - start, diagnosticCodes.syntax, alias.message));
      return undefined;
    }
    try {
      return this.#document.toJS({ maxAliasCount }) as unknown;
    } catch (error) {
      if (!(error instanceof ReferenceError || error instanceof RangeError)) throw error;
      const message = `aliases expand to more than a workload needs: write the values out`;
      faults.push(this.#at(0, 1, diagnosticCodes.syntax, message));
      return undefined;
    }
  }

  /** The first alias of an anchor that does not exist, or that the alias stands inside of. */
  #badAlias():
    { range: readonly [number, number, number] | null | undefined; message: string } | undefined {
    let bad:
      { range: readonly [number, number, number] | null | undefined; message: string } | undefined;
    visit(this.#document, {
      Alias: (_key, node, ancestors) => {
        const target = node.resolve(this.#document);
        if (target === undefined) {
          bad = {
            range: node.range,
            message: `unknown alias "*${node.source}": no anchor before it`,
          };
        } else if (ancestors.includes(target)) {
          bad = {
            range: node.range,
            message: `alias "*${node.source}" stands inside its own anchor`,
          };
        }
        return bad === undefined ? undefined : visit.BREAK;
      },
    });
    return bad;
  }

  /** A diagnostic at the value (or its key) that `path` names, or at the nearest value above it that exists. */
  diagnostic(code: DiagnosticCode, path: Path, message: string, part: Part = 'value'): Diagnostic {
    const stands = this.#substitutionAt(path);
    const [start, end] =
      stands === undefined ? this.#range(path, part) : this.#range(stands.at, 'value');
    return this.#at(start, end - start, code, message);
  }

  /** What stands in for the value at `path`, or brings it about where the text has none. */
  #substitutionAt(path: Path): Substitution | undefined {
    const begins = (whole: Path, part: Path): boolean =>
      part.every((step, index) => whole[index] === step);
    return this.#substitutions.find(
      (each) =>
        begins(path, each.path) ||
        (begins(each.path, path) && valueAt(this.#written, path) === undefined),
    );
  }

  /** The line, from 1, on which the value that `path` names begins. */
  lineOf(path: Path): number {
    return this.#lineAt(this.#range(path, 'value')[0]);
  }

  /** Line and column, from 1, of the key that `path` names, or of the value where it has none. */
  placeOf(path: Path): Place {
    const [offset] = this.#range(path, 'key');
    const line = this.#lineAt(offset);
    return { line, column: offset - (this.#lineStarts[line - 1] ?? 0) + 1 };
  }

  /** The line, from 1, that holds an offset. */
  #lineAt(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  #range(path: Path, part: Part): readonly [start: number, end: number] {
    let node: Node | null | undefined = this.#document.contents;
    let key: Node | undefined;
    for (const step of path) {
      if (isAlias(node)) node = node.resolve(this.#document);
      let next: unknown;
      let nextKey: Node | undefined;
      if (isMap(node)) {
        const pair = node.items.find(
          (item) => isScalar(item.key) && String(item.key.value) === step,
        );
        next = pair?.value;
        if (pair !== undefined && isScalar(pair.key)) nextKey = pair.key;
      } else if (isSeq(node) && typeof step === 'number') {
        next = node.items[step];
      }
      if (nextKey === undefined && next === undefined) break;
      key = nextKey;
      node = next as Node | null;
    }
    const empty = isScalar(node) && (node.range?.[0] ?? 0) === (node.range?.[1] ?? 0);
    const shown = (part === 'key' || empty ? (key ?? node) : node) ?? key;
    const range = shown?.range;
    return range ? [range[0], range[1]] : [0, 1];
  }

  #at(offset: number, length: number, code: DiagnosticCode, message: string): Diagnostic {
    const line = this.#lineAt(offset);
    const from = this.#lineStarts[line - 1] ?? 0;
    const column = offset - from + 1;
    const end = this.text.indexOf('\n', from);
    const source = this.text.slice(from, end === -1 ? undefined : end).replace(/\r$/, '');
    const rest = source.trimEnd().length - column + 1;
    return {
      severity: 'error',
      code,
      message,
      file: this.file,
      line,
      column,
      length: Math.max(1, Math.min(length, rest)),
      source,
    };
  }
}

const duplicateKey = 'the key is there twice: keep one';
const syntaxMessages: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: duplicateKey,
  MULTIPLE_DOCS: 'a second document begins here: a workload file holds one',
};
const isDuplicate = (fault: Diagnostic): boolean => fault.message === duplicateKey;

const deepest = 100;

/**
 * The parser recurses, and running out of stack inside it can abort the process, so depth is bounded
 * before: by brackets that are open, and by the indicators and spaces that a line begins with.
 */
function isTooDeep(text: string): boolean {
  let open = 0;
  for (const line of text.split('\n')) {
    const indicators = /^[\s\-?:]*/.exec(line)?.[0].length ?? 0;
    if (indicators > 2 * deepest) return true;
    for (const character of line.replace(/(^|\s)#.*$/, '')) {
      if (character === '[' || character === '{') open++;
      else if ((character === ']' || character === '}') && open > 0) open--;
      if (open > deepest) return true;
    }
  }
  return false;
}
