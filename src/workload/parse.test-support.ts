import { printDiagnostics } from './diagnostic.js';
import { parseWorkload, type ParsedWorkload } from './parse.js';

/** Names that do not change when locks are added. */
export const testNames = {
  strategies: ['mutex', 'rwsem-fifo', 'rwsem-spin', 'qrwlock', 'private'],
  locks: ['mutex', 'rwsem-fifo', 'rwsem-spin', 'qrwlock'],
};

export const parseText = (text: string): ParsedWorkload => parseWorkload(text, 'w.yaml', testNames);

/** `line:column message` of every diagnostic of a text. */
export const faults = (text: string): string[] =>
  parseText(text).diagnostics.map(({ line, column, message }) => `${line}:${column} ${message}`);

export const screen = (text: string): string => printDiagnostics(parseText(text).diagnostics);

/** A right file of nine lines, with one role and `extra` lines behind it. */
export const workloadText = (ops: string, extra = ''): string => `name: test
space:
  regions:
    - { name: heap, kind: anon, pages: 1024 }
    - { name: text, kind: file, pages: 64, executable: true, probes: 2 }
    - { name: data, kind: file, pages: 64, shared: true }
roles:
  - { name: one, threads: 100%, ops: [${ops}] }
strategies: [mutex, rwsem-spin]
${extra}`;
