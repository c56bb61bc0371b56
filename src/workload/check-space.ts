import { diagnosticCodes } from './diagnostic.js';
import type { Outline, OutlineRegion } from './outline.js';
import { number } from './outline.js';
import type { Report } from './report-fault.js';
import { mappedName } from './schema-operations.js';

/** Checks of `space` that look at more than one key. */
export function checkSpace(outline: Outline, report: Report): void {
  const seen = new Set<string>();
  for (const region of outline.regions) {
    const { name, path } = region;
    if (name === mappedName) {
      const message = `"${mappedName}" stands for what a thread mapped last: give the region another name`;
      report(diagnosticCodes.contradiction, [...path, 'name'], message);
    } else if (name !== undefined && seen.has(name)) {
      const message = `there are two regions named "${name}": give one another name`;
      report(diagnosticCodes.contradiction, [...path, 'name'], message);
    }
    if (name !== undefined) seen.add(name);
    checkKind(region, report);
  }
}

function checkKind(region: OutlineRegion, report: Report): void {
  const { fields, path } = region;
  const probes = number(fields.probes) ?? 0;
  const contradiction = (key: string, message: string) =>
    report(diagnosticCodes.contradiction, [...path, key], message, 'key');
  if (fields.kind === 'anon') {
    for (const key of ['io', 'shared', 'executable', 'probes']) {
      const value = fields[key];
      if (value === undefined || value === false || value === 0) continue;
      contradiction(key, `${key} is for regions of kind file: leave it out or say kind: file`);
    }
    return;
  }
  if (probes === 0) return;
  if (!region.executable) {
    contradiction('probes', 'breakpoints go into executable text: add executable: true');
  } else if (region.shared) {
    contradiction('probes', 'breakpoints go into private copies of text pages: leave shared out');
  } else if (region.writable) {
    contradiction('probes', 'breakpoints go into text that is not writable: leave writable out');
  }
  const pages = number(fields.pages);
  if (pages !== undefined && probes > pages) {
    contradiction('probes', `${probes} probes in a VMA of ${pages} pages: at most one a page`);
  }
}
