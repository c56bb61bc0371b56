import { pageWords } from '../machine/layout.js';
import type { Memory } from '../machine/memory.js';
import type { AddressSpace } from './address-space.js';
import { anonLink, anonVma } from './anon-vma.js';
import type { Backing } from './backing.js';
import { isProbed } from './breakpoints.js';
import type { Core } from './core.js';
import { frameFlag, frameRecord } from './frame.js';
import { entryFrame } from './page-entry.js';
import { breakpointWord } from './probe-table.js';
import type { VmaExtent } from './vma-index.js';
import { vma as record } from './vma.js';

/** A list longer than this runs in circles: a lock that does not exclude can tie one. */
const longest = 1_000_000;

/** What maps pages, and where. */
interface Mapped extends VmaExtent {
  readonly space: AddressSpace;
}

/**
 * Invariants of forks, `anon_vma`s and probes while nothing runs: children have exited; each VMA is on the
 * list of every `anon_vma` it is linked to, and none is left over; each present page that has a probe has
 * its breakpoint, and no other has one. Each broken one as a sentence.
 */
export function checkBacking(memory: Memory, core: Core, backing: Backing): string[] {
  const mapped = core.spaces.flatMap((space) =>
    space.index.extents(memory).map((extent) => ({ ...extent, space })),
  );
  return [
    ...checkChildren(memory, core),
    ...checkLinks(memory, backing, mapped),
    ...checkBreakpoints(memory, core, backing, mapped),
  ];
}

/** Every child has exited. */
function checkChildren(memory: Memory, core: Core): string[] {
  return core.spaces
    .slice(core.world.processes)
    .filter((space) => space.index.extents(memory).length > 0)
    .map((space) => `process ${space.process}, a child, has exited but still has mappings`);
}

function checkLinks(memory: Memory, backing: Backing, mapped: readonly Mapped[]): string[] {
  const broken: string[] = [];
  const anons = new Set<number>();
  for (const [vma, space] of new Map(mapped.map(({ vma, space }) => [vma, space] as const))) {
    for (let link = memory.get(vma + record.chain); link !== 0;) {
      const anon = memory.get(link + anonLink.anonVma);
      anons.add(anon);
      anons.add(memory.get(anon + anonVma.root));
      let found = memory.get(anon + anonVma.links);
      for (let steps = 0; found !== 0 && found !== link && steps < longest; steps++) {
        found = memory.get(found + anonLink.next);
      }
      if (found !== link || memory.get(link + anonLink.vma) !== vma) {
        broken.push(`process ${space.process}: VMA ${vma} is not in its anon_vma ${anon}`);
        break;
      }
      link = memory.get(link + anonLink.vmaNext);
    }
  }
  const [usedAnons] = backing.anonVmas.used(memory);
  if (usedAnons !== anons.size) {
    broken.push(`${usedAnons} anon_vmas are in use, ${anons.size} are reached from VMAs`);
  }
  return broken;
}

function checkBreakpoints(
  memory: Memory,
  core: Core,
  backing: Backing,
  mapped: readonly Mapped[],
): string[] {
  const broken: string[] = [];
  for (const { vma, start, end, space } of mapped) {
    const table = backing.uprobes.table(memory.get(vma + record.file) - 1);
    if (table === undefined || !isProbed(memory.get(vma + record.flags))) continue;
    const shift = memory.get(vma + record.fileOffset) - memory.get(vma + record.start);
    for (let page = start; page < end; page++) {
      const filePage = page + shift;
      const frame = memory.get(space.table.entry(page)) & entryFrame;
      if (frame === 0) continue;
      const offset = table.find(memory, filePage);
      const flags = memory.get(core.frames.record(frame) + frameRecord.flags);
      const carries = (flags & frameFlag.breakpoint) !== 0;
      const at = `process ${space.process}, page ${page}`;
      if (offset < 0 && carries) broken.push(`${at}: a breakpoint is left of a probe that is gone`);
      if (offset < 0) continue;
      const word = memory.get(core.frames.contents + frame * pageWords + offset);
      if (!carries || word !== breakpointWord) {
        broken.push(`${at}: the probe of file page ${filePage} has no breakpoint`);
      }
    }
  }
  return broken;
}
