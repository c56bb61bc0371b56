import { diagnosticCodes } from './diagnostic.js';
import { isMapped, number, text, type Outline, type OutlineRole } from './outline.js';
import type { Report } from './report-fault.js';
import type { Path } from './source.js';

/** Operations that leave something behind which another must take back in the same round. */
const leaving = new Set(['mmap', 'munmap', 'brk', 'uprobe-register', 'uprobe-unregister']);

/**
 * Plays one round of a role on paper: what it maps, grows and registers it must give back, or a long run
 * would use up the address space and its rounds would not be alike.
 */
export function checkRound(role: OutlineRole, outline: Outline, report: Report): void {
  const { contradiction } = diagnosticCodes;
  if (role.ops.some((operation) => operation.fields.weight !== undefined)) {
    checkWeighted(role, report);
    return;
  }
  let mapped: { path: Path; pages: number | undefined; file: string | undefined } | undefined;
  let grown = 0;
  let grownAt: Path = [];
  const probes = new Map<string, Path>();
  for (const { op, fields, path } of role.ops) {
    for (const key of ['region', 'buffer']) {
      if (!isMapped(fields[key]) && !(op === 'munmap' && key === 'region')) continue;
      if (mapped === undefined) {
        const message = 'nothing is mapped here: an mmap must come before, in the same round';
        report(contradiction, fields[key] === undefined ? path : [...path, key], message);
      } else {
        checkMapped(outline, mapped, { op, fields, path }, report);
      }
    }
    if (op === 'mmap') {
      if (mapped !== undefined) {
        const message = 'what was mapped before is still there: munmap it first';
        report(contradiction, path, message);
      }
      mapped = { path, pages: number(fields.pages), file: text(fields.file) };
    } else if (op === 'munmap') {
      mapped = undefined;
    } else if (op === 'brk') {
      const pages = number(fields.pages) ?? 0;
      if (grown + pages < 0) {
        const message = `shrinks the heap by ${-pages} pages when this round has grown it by ${grown}`;
        report(contradiction, [...path, 'pages'], message);
      }
      grown = Math.max(0, grown + pages);
      grownAt = path;
    } else if (op === 'uprobe-register' || op === 'uprobe-unregister') {
      const key = `${text(fields.region) ?? ''} ${JSON.stringify(fields.span)}`;
      if (op === 'uprobe-register') {
        if (probes.has(key)) {
          const message = 'the probe registered before is still there: unregister it first';
          report(contradiction, path, message);
        }
        probes.set(key, path);
      } else if (!probes.delete(key)) {
        const message =
          'no probe is registered here: a uprobe-register of the same region and span must come before';
        report(contradiction, path, message);
      }
    }
  }
  if (mapped !== undefined) {
    const message = 'what this maps is left over at the end of the round: add { op: munmap }';
    report(contradiction, mapped.path, message);
  }
  if (grown > 0) {
    const message = `the heap is ${grown} pages larger at the end of the round: add { op: brk, pages: ${-grown} }`;
    report(contradiction, grownAt, message);
  }
  for (const path of probes.values()) {
    const message = 'the probe is left over at the end of the round: add a uprobe-unregister';
    report(contradiction, path, message);
  }
}

/** In a weighted role a round is one entry, so none may need another. */
function checkWeighted(role: OutlineRole, report: Report): void {
  for (const { op, fields, path } of role.ops) {
    const needsOther =
      (op !== undefined && leaving.has(op)) || isMapped(fields.region) || isMapped(fields.buffer);
    if (!needsOther) continue;
    const message = `with weights a round is one entry, and ${op ?? 'this'} needs others in its round: put them into a role without weights`;
    report(diagnosticCodes.contradiction, path, message);
  }
}

interface Mapping {
  readonly pages: number | undefined;
  readonly file: string | undefined;
}

interface Use {
  readonly op: string | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly path: Path;
}

function checkMapped(outline: Outline, mapped: Mapping, use: Use, report: Report): void {
  const { contradiction, outOfRange } = diagnosticCodes;
  const { op, fields, path } = use;
  const pages = number(fields.pages);
  if (fields.span !== undefined) {
    const message = 'what a thread mapped is its own, so there is no span: leave it out';
    report(contradiction, [...path, 'span'], message, 'key');
  }
  const repeats = op === 'fault' || op === 'exec-text' || op === 'file-write';
  if (!repeats && pages !== undefined && mapped.pages !== undefined && pages > mapped.pages) {
    const message = `${pages} pages in one call, of ${mapped.pages} that are mapped`;
    report(outOfRange, [...path, 'pages'], message);
  }
  const file = outline.regions.find((region) => region.name === mapped.file);
  if (op === 'exec-text' && mapped.file === undefined) {
    const message =
      'exec-text needs text: what is mapped here is anonymous memory; give mmap a file';
    report(contradiction, path, message);
  }
  if (op === 'exec-text' && file?.executable === false) {
    const message = `exec-text needs text: region "${file.name ?? ''}" is not executable`;
    report(contradiction, path, message);
  }
  const target = outline.regions.find((region) => region.name === text(fields.file));
  const reach = mapped.pages ?? 0;
  if (op === 'file-write' && target?.pages !== undefined && reach > target.pages) {
    const message = `a page of the buffer goes to the page of the same number: the file needs ${reach} pages, and has ${target.pages}`;
    report(outOfRange, [...path, 'file'], message);
  }
  const writing = (fields.access ?? 'write') === 'write';
  const faulting = op === 'fault' || op === 'gup' || op === 'gup-fast';
  if (faulting && writing && file?.writable === false) {
    const message = `what is mapped here is region "${file.name ?? ''}", which is not writable: say access: read`;
    report(contradiction, path, message);
  }
}
