import type { Memory } from '../machine/memory.js';
import type { AddressSpace } from './address-space.js';
import { anonLink } from './anon-vma.js';
import type { Backing } from './backing.js';
import { checkBacking } from './backing-check.js';
import type { Core } from './core.js';
import { frameFlag, frameRecord } from './frame.js';
import { checkIndex, eachVma } from './index-check.js';
import { entriesPerTable, entryFrame, entryWritable, firstFrame, zeroFrame } from './page-entry.js';
import { vma as record, vmaFlag } from './vma.js';

/** Sentences kept of one kind of fault: the first say enough. */
const mostSentences = 5;

/**
 * What must hold of a world when all its threads have ended. Gives every broken invariant as a sentence
 * that names process, page and frame; at most a few of each kind.
 */
export function brokenInvariants(memory: Memory, core: Core, backing: Backing): string[] {
  const uses = new FrameUses(core.frames.count);
  const kinds = [
    core.record.check(memory),
    core.spaces.flatMap((space) => space.locking.check(memory)),
    backing.checkLocks(memory),
    core.spaces.flatMap((space) => checkIndex(memory, space)),
    core.spaces.flatMap((space) => checkPages(memory, core, space, uses)),
    core.spaces.flatMap((space) => checkRecords(memory, space)),
    checkReverseMaps(memory, core, backing),
    checkPageCache(memory, core, backing, uses),
    checkFrames(memory, core, uses),
    checkBacking(memory, core, backing),
  ];
  return kinds.flatMap((sentences) =>
    sentences.length <= mostSentences
      ? sentences
      : [
          ...sentences.slice(0, mostSentences),
          `${sentences.length - mostSentences} more faults of this kind`,
        ],
  );
}

/** How often each frame is mapped and cached, as counted from page tables and caches. */
class FrameUses {
  readonly mapped: Int32Array;
  readonly cached: Int32Array;

  constructor(count: number) {
    this.mapped = new Int32Array(count);
    this.cached = new Int32Array(count);
  }
}

/** Every entry lies in a VMA that permits it; counts are exact; page-table locks are free. */
function checkPages(memory: Memory, core: Core, space: AddressSpace, uses: FrameUses): string[] {
  const broken: string[] = [];
  const who = `process ${space.process}`;
  const { table } = space;
  for (let first = 0; first < table.tables * entriesPerTable; first += entriesPerTable) {
    let present = 0;
    for (let page = first; page < first + entriesPerTable; page++) {
      const entry = memory.get(table.entry(page));
      if (entry === 0) continue;
      present++;
      const frame = entry & entryFrame;
      const where = `${who}: page ${page} maps frame ${frame}`;
      if (frame >= core.frames.count) broken.push(`${where}, which does not exist`);
      else if (frame !== zeroFrame) uses.mapped[frame] = (uses.mapped[frame] ?? 0) + 1;
      const vma = space.index.find(memory, page);
      if (vma === 0) {
        broken.push(`${where}, but no VMA maps the page`);
      } else if (
        (entry & entryWritable) !== 0 &&
        (memory.get(vma + record.flags) & vmaFlag.write) === 0
      ) {
        broken.push(`${where} for writing, but its VMA is read-only`);
      } else if ((entry & entryWritable) !== 0 && frame === zeroFrame) {
        broken.push(`${where} for writing, which is the shared frame of zeros`);
      } else if (frame !== zeroFrame && frame < core.frames.count) {
        broken.push(...checkOwner(memory, core, vma, page, frame, where));
      }
    }
    const counted = memory.get(table.count(first));
    if (counted !== present) {
      broken.push(
        `${who}: the page table of page ${first} counts ${counted} entries and has ${present}`,
      );
    }
    const lock = memory.get(table.lockWord(first));
    if (lock !== 0) broken.push(`${who}: thread ${lock - 1} left the lock of page ${first} locked`);
  }
  return broken;
}

/** A frame of a file is mapped where its file is; any other belongs to that page number. */
function checkOwner(
  memory: Memory,
  core: Core,
  vma: number,
  page: number,
  frame: number,
  where: string,
): string[] {
  const words = core.frames.record(frame);
  const index = memory.get(words + frameRecord.index);
  if ((memory.get(words + frameRecord.flags) & frameFlag.file) === 0) {
    return index === page ? [] : [`${where}, which belongs to page ${index}`];
  }
  const filePage = page - memory.get(vma + record.start) + memory.get(vma + record.fileOffset);
  if (memory.get(vma + record.file) === 0) {
    return [`${where}, which is a file's, but the VMA is anonymous`];
  }
  return index === filePage
    ? []
    : [`${where}, which is page ${index} of its file, not page ${filePage}`];
}

/** No record is lost: those taken are in the index or retired. Nobody is left in an epoch. */
function checkRecords(memory: Memory, space: AddressSpace): string[] {
  const broken: string[] = [];
  const who = `process ${space.process}`;
  const vmas = eachVma(memory, space).length;
  const taken = space.index.inUse(memory);
  if (taken !== vmas) {
    broken.push(`${who}: ${taken} VMA records are in use, but the index has ${vmas} VMAs`);
  }
  for (const thread of space.epochs.readers(memory)) {
    broken.push(`${who}: thread ${thread} never left its lockless read`);
  }
  return broken;
}

/** Reverse maps list exactly the VMAs that the indices have. */
function checkReverseMaps(memory: Memory, core: Core, backing: Backing): string[] {
  const broken: string[] = [];
  const live = new Set(core.spaces.flatMap((space) => eachVma(memory, space)));
  const name = (vma: number): string =>
    `VMA ${memory.get(vma + record.start)}-${memory.get(vma + record.end)} of process ${memory.get(vma + record.process)}`;
  for (const file of backing.files.all) {
    const listed = new Set<number>();
    let vma = file.firstMapping(memory);
    while (vma !== 0 && !listed.has(vma)) {
      listed.add(vma);
      if (!live.has(vma)) broken.push(`i_mmap of file ${file.index}: ${name(vma)} is not mapped`);
      vma = memory.get(vma + record.mappingNext);
    }
    for (const mapped of live) {
      if (memory.get(mapped + record.file) - 1 === file.index && !listed.has(mapped)) {
        broken.push(`i_mmap of file ${file.index} lacks ${name(mapped)}`);
      }
    }
  }
  let links = 0;
  for (const vma of live) {
    const own = memory.get(vma + record.anonVma);
    let found = own === 0;
    for (let link = memory.get(vma + record.chain); link !== 0; links++) {
      if (memory.get(link + anonLink.vma) !== vma) {
        broken.push(`${name(vma)}: its chain holds another VMA's link`);
        break;
      }
      found ||= memory.get(link + anonLink.anonVma) === own;
      link = memory.get(link + anonLink.vmaNext);
    }
    if (!found) broken.push(`${name(vma)} is not linked to its anon_vma`);
  }
  const [, used] = backing.anonVmas.used(memory);
  if (used !== links) {
    broken.push(`${used} anon_vma links are in use, but the VMAs have ${links}`);
  }
  return broken;
}

/** A slot of the page cache holds a frame that knows it. */
function checkPageCache(memory: Memory, core: Core, backing: Backing, uses: FrameUses): string[] {
  const broken: string[] = [];
  for (const file of backing.files.all) {
    for (let page = 0; page < file.pages; page++) {
      const frame = memory.get(file.slot(page));
      if (frame === 0) continue;
      const words = core.frames.record(frame);
      uses.cached[frame] = (uses.cached[frame] ?? 0) + 1;
      const knows =
        (memory.get(words + frameRecord.flags) & frameFlag.file) !== 0 &&
        memory.get(words + frameRecord.owner) === file.word &&
        memory.get(words + frameRecord.index) === page;
      if (!knows) {
        broken.push(
          `file ${file.index}: page ${page} is cached in frame ${frame}, which is another's`,
        );
      }
    }
  }
  return broken;
}

/** Each frame is free in one place, or has exactly the references of its mappings and its cache. */
function checkFrames(memory: Memory, core: Core, uses: FrameUses): string[] {
  const broken: string[] = [];
  const { frames } = core;
  const free = new Map<number, string>();
  frames.eachFree(memory, (frame, where) => {
    const other = free.get(frame);
    if (other !== undefined)
      broken.push(`frame ${frame} is free twice: in ${other} and in ${where}`);
    free.set(frame, where);
  });
  for (let frame = firstFrame; frame < frames.count; frame++) {
    const words = frames.record(frame);
    const references = memory.get(words + frameRecord.references);
    const mappings = memory.get(words + frameRecord.mappings);
    const mapped = uses.mapped[frame] ?? 0;
    const cached = uses.cached[frame] ?? 0;
    const lock = memory.get(words + frameRecord.lock);
    if (lock !== 0) broken.push(`frame ${frame}: thread ${lock - 1} left its folio locked`);
    if (free.has(frame)) {
      if (mapped + cached + references !== 0) {
        broken.push(
          `frame ${frame} is free, but has ${references} references and is mapped ${mapped} times`,
        );
      }
    } else if (references === 0) {
      broken.push(`frame ${frame} is lost: it has no reference and is on no free list`);
    } else if (references !== mapped + cached) {
      broken.push(
        `frame ${frame} has ${references} references, but is mapped ${mapped} times and cached ${cached} times`,
      );
    } else if (mappings !== mapped) {
      broken.push(`frame ${frame} counts ${mappings} mappings, but is mapped ${mapped} times`);
    }
  }
  return broken;
}
