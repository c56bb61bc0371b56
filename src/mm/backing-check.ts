import { pageWords } from '../machine/layout.js';
import type { Memory } from '../machine/memory.js';
import type { AddressSpace } from './address-space.js';
import { anonLink, anonVma } from './anon-vma.js';
import type { Backing } from './backing.js';
import { isProbed } from './breakpoints.js';
import type { Core } from './core.js';
import { frameFlag, frameRecord } from './frame.js';
import { entryFrame, zeroFrame } from './page-entry.js';
import { breakpointWord } from './probe-table.js';
import { vma as record } from './vma.js';

/** What a VMA record is a part of. */
type Vmas = ReadonlyMap<number, AddressSpace>;

/**
 * The invariants of what stands behind the address spaces, while nothing runs: each VMA on the lists of its
 * reverse maps and nothing else on them; each frame in the cache where its slot says, its folio unlocked;
 * references equal to mappings, cache and zone (so no pin is left); every breakpoint where a probe is, and
 * nowhere else. Each broken one as a sentence.
 */
export function checkBacking(memory: Memory, core: Core, backing: Backing): string[] {
  const vmas = new Map<number, AddressSpace>();
  for (const space of core.spaces) {
    for (let vma = space.tree.findNext(memory, 0); vma !== 0;) {
      vmas.set(vma, space);
      vma = space.tree.findNext(memory, memory.get(vma + record.end));
    }
  }
  return [
    ...checkChildren(memory, core),
    ...checkMappings(memory, backing, vmas),
    ...checkLinks(memory, backing, vmas),
    ...checkFrames(memory, core, backing),
    ...checkBreakpoints(memory, core, backing, vmas),
  ];
}

/** Every child has exited. */
function checkChildren(memory: Memory, core: Core): string[] {
  return core.spaces
    .slice(core.world.processes)
    .filter((space) => space.tree.findNext(memory, 0) !== 0)
    .map((space) => `process ${space.process}, a child, has exited but still has mappings`);
}

function checkMappings(memory: Memory, backing: Backing, vmas: Vmas): string[] {
  const broken: string[] = [];
  const listed = new Set<number>();
  for (const file of backing.files.all) {
    for (let vma = file.firstMapping(memory); vma !== 0;) {
      if (listed.has(vma)) {
        broken.push(`i_mmap of file ${file.index}: VMA ${vma} is listed twice`);
        break;
      }
      listed.add(vma);
      if (!vmas.has(vma)) broken.push(`i_mmap of file ${file.index}: VMA ${vma} is in no process`);
      if (memory.get(vma + record.file) !== file.index + 1) {
        broken.push(`i_mmap of file ${file.index}: VMA ${vma} does not map it`);
      }
      vma = memory.get(vma + record.mappingNext);
    }
  }
  for (const [vma, space] of vmas) {
    if (memory.get(vma + record.file) !== 0 && !listed.has(vma)) {
      broken.push(`process ${space.process}: VMA ${vma} maps a file but is not in its i_mmap`);
    }
  }
  return broken;
}

function checkLinks(memory: Memory, backing: Backing, vmas: Vmas): string[] {
  const broken: string[] = [];
  const anons = new Set<number>();
  let links = 0;
  for (const [vma, space] of vmas) {
    let own = memory.get(vma + record.anonVma) === 0;
    for (let link = memory.get(vma + record.chain); link !== 0;) {
      links++;
      const anon = memory.get(link + anonLink.anonVma);
      anons.add(anon);
      anons.add(memory.get(anon + anonVma.root));
      own ||= anon === memory.get(vma + record.anonVma);
      let found = memory.get(anon + anonVma.links);
      while (found !== 0 && found !== link) found = memory.get(found + anonLink.next);
      if (found === 0 || memory.get(link + anonLink.vma) !== vma) {
        broken.push(`process ${space.process}: VMA ${vma} is not in its anon_vma ${anon}`);
      }
      link = memory.get(link + anonLink.vmaNext);
    }
    if (!own) broken.push(`process ${space.process}: VMA ${vma} is not linked to its own anon_vma`);
  }
  const [usedAnons, usedLinks] = backing.anonVmas.used(memory);
  if (usedLinks !== links) {
    broken.push(`${usedLinks} anon_vma links are in use, ${links} belong to VMAs`);
  }
  if (usedAnons !== anons.size) {
    broken.push(`${usedAnons} anon_vmas are in use, ${anons.size} are reached from VMAs`);
  }
  return broken;
}

function checkFrames(memory: Memory, core: Core, backing: Backing): string[] {
  const broken: string[] = [];
  const mapped = new Map<number, number>();
  for (const space of core.spaces) {
    for (let page = 0; page < space.shape.pages; page++) {
      const frame = memory.get(space.table.entry(page)) & entryFrame;
      if (frame !== 0 && frame !== zeroFrame) mapped.set(frame, (mapped.get(frame) ?? 0) + 1);
    }
  }
  const cached = new Map<number, number>();
  for (const file of backing.files.all) {
    for (let page = 0; page < file.pages; page++) {
      const frame = memory.get(file.slot(page));
      if (frame === 0) continue;
      const words = core.frames.record(frame);
      if (cached.has(frame)) broken.push(`frame ${frame} is in the page cache twice`);
      cached.set(frame, page);
      if (
        memory.get(words + frameRecord.owner) !== file.word ||
        memory.get(words + frameRecord.index) !== page ||
        (memory.get(words + frameRecord.flags) & (frameFlag.file | frameFlag.upToDate)) !==
          (frameFlag.file | frameFlag.upToDate)
      ) {
        broken.push(
          `frame ${frame} in the cache of file ${file.index} does not say so, or is not read`,
        );
      }
    }
  }
  for (let frame = zeroFrame + 1; frame < core.frames.count; frame++) {
    const words = core.frames.record(frame);
    const mappings = memory.get(words + frameRecord.mappings);
    const references = memory.get(words + frameRecord.references);
    const expected = (mapped.get(frame) ?? 0) + (cached.has(frame) ? 1 : 0);
    if (references !== expected) {
      broken.push(
        `frame ${frame}: ${references} references, but mappings and page cache account for ${expected}: a reference or pin was lost or left`,
      );
    }
    if (references > 0 && mappings !== (mapped.get(frame) ?? 0)) {
      broken.push(
        `frame ${frame}: counts ${mappings} mappings, page tables have ${mapped.get(frame) ?? 0}`,
      );
    }
    const lock = memory.get(words + frameRecord.lock);
    if (lock !== 0) broken.push(`frame ${frame}: its folio is still locked (${lock})`);
  }
  return broken;
}

function checkBreakpoints(memory: Memory, core: Core, backing: Backing, vmas: Vmas): string[] {
  const broken: string[] = [];
  for (const [vma, space] of vmas) {
    const table = backing.uprobes.table(memory.get(vma + record.file) - 1);
    if (table === undefined || !isProbed(memory.get(vma + record.flags))) continue;
    const start = memory.get(vma + record.start);
    for (let page = start; page < memory.get(vma + record.end); page++) {
      const filePage = page - start + memory.get(vma + record.fileOffset);
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
