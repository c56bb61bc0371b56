import { diagnosticCodes } from './diagnostic.js';
import { unknownWordMessage } from './issues.js';
import { isMapped, number, text, type Outline, type OutlineOperation } from './outline.js';
import type { Report } from './report-fault.js';
import type { Path } from './source.js';

/** Operations whose region must be text that can be executed and probed. */
const probing = new Set(['uprobe-register', 'uprobe-unregister']);

/** Checks of one entry of `ops` against the regions there are. */
export function checkOperation(
  outline: Outline,
  operation: OutlineOperation,
  report: Report,
): void {
  const { fields, path, op } = operation;
  const { contradiction, unknownWord, outOfRange } = diagnosticCodes;
  const key = op === 'file-write' ? 'buffer' : 'region';
  const names = outline.regions.flatMap((region) => region.name ?? []);

  const find = (at: string) => {
    const name = text(fields[at]);
    if (name === undefined || isMapped(name)) return undefined;
    const region = outline.regions.find((candidate) => candidate.name === name);
    if (region === undefined && !(op === 'munmap')) {
      const message = unknownWordMessage('region', name, names, 'space.regions is empty');
      report(unknownWord, [...path, at], message);
    }
    return region;
  };
  const region = find(key);
  const file = find('file');

  const needFile = (at: string, isFile: boolean | undefined) => {
    if (isFile === false) {
      const message = `${op ?? 'this'} needs a region of kind file, and "${text(fields[at]) ?? ''}" is anonymous`;
      report(contradiction, [...path, at], message);
    }
  };
  needFile('file', file?.isFile);
  if (isMapped(fields.file)) {
    report(
      contradiction,
      [...path, 'file'],
      'file names a region of kind file, not what was mapped',
    );
  }
  if (op !== undefined && probing.has(op)) {
    if (isMapped(fields.region)) {
      const message =
        'a probe belongs to a file, in all its mappings: name the region of that file';
      report(contradiction, [...path, 'region'], message);
    }
    needFile('region', region?.isFile);
    if (region?.isFile === true && (region.shared || !region.executable || region.writable)) {
      const message = `probes need text: region "${region.name ?? ''}" must be executable, neither shared nor writable`;
      report(contradiction, [...path, 'region'], message);
    }
  }
  if (op === 'exec-text' && region?.executable === false) {
    const message = `exec-text needs text: region "${region.name ?? ''}" is not executable`;
    report(contradiction, [...path, 'region'], message);
  }
  if (writes(operation) && region?.writable === false) {
    const message = `region "${region.name ?? ''}" is not writable: say access: read, or make the region writable`;
    const at: Path = fields.access === undefined ? [...path, 'region'] : [...path, 'access'];
    report(contradiction, at, message);
  }
  if (fields.held === true && fields.caller !== undefined && fields.caller !== 'locked') {
    const message = `a caller that holds mmap_lock already cannot be "${text(fields.caller) ?? ''}": it would take the lock twice; leave caller out`;
    report(contradiction, [...path, 'caller'], message);
  }
  if (fields.label === 'refill') {
    const message = '"refill" is the row of the refills of a span: choose another label';
    report(contradiction, [...path, 'label'], message);
  }
  const span = number(fields.span);
  const pages = number(fields.pages);
  if (op === 'mmap' && pages !== undefined && file?.pages !== undefined && pages > file.pages) {
    const message = `maps ${pages} pages of a file that has ${file.pages}`;
    report(outOfRange, [...path, 'pages'], message);
  }
  if (op === 'file-write' && file?.pages !== undefined && (region?.pages ?? 0) > file.pages) {
    const message = `a page of the buffer goes to the page of the same number: the file needs the buffer's ${region?.pages ?? 0} pages, and has ${file.pages}`;
    report(outOfRange, [...path, 'file'], message);
  }
  const size = (region ?? file)?.pages;
  if (span !== undefined && size !== undefined && span > size) {
    const message = `a span of ${span} pages in a region of ${size}: at most the region`;
    report(outOfRange, [...path, 'span'], message);
  } else if (pages !== undefined && oneCall.has(op ?? '')) {
    const most = span ?? size;
    if (most !== undefined && pages > most) {
      const message = `${pages} pages in one call, of ${most}: at most the ${span === undefined ? 'region' : 'span'}`;
      report(outOfRange, [...path, 'pages'], message);
    }
  }
}

/** Operations that do all their pages in one call, so the pages must lie side by side. */
const oneCall = new Set([
  'mprotect',
  'madvise',
  'gup',
  'gup-fast',
  'rmap-walk',
  'notifier',
  'truncate',
]);

function writes({ op, fields }: OutlineOperation): boolean {
  const access = fields.access ?? 'write';
  return access === 'write' && (op === 'fault' || op === 'gup' || op === 'gup-fast');
}
