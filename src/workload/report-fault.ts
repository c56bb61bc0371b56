import type { DiagnosticCode } from './diagnostic.js';
import type { Part, Path } from './source.js';

/** Notes a fault at a place in the file. */
export type Report = (code: DiagnosticCode, path: Path, message: string, part?: Part) => void;
