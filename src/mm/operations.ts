import type { Layout } from '../machine/layout.js';
import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import type { Backing } from './backing.js';
import type { Core } from './core.js';
import { Brk } from './operations/brk.js';
import { ExecText } from './operations/exec-text.js';
import { Fault } from './operations/fault.js';
import { FileWrite } from './operations/file-write.js';
import { Fork } from './operations/fork.js';
import { Gup } from './operations/gup.js';
import { Madvise } from './operations/madvise.js';
import { Mmap } from './operations/mmap.js';
import { Mprotect } from './operations/mprotect.js';
import { Munmap } from './operations/munmap.js';
import { Notify } from './operations/notify.js';
import { Populate } from './operations/populate.js';
import { RmapWalk } from './operations/rmap-walk.js';
import { Section } from './operations/section.js';
import { Truncate } from './operations/truncate.js';
import { UprobeRegistration } from './operations/uprobe-registration.js';
import { VmaEdit } from './vma-edit.js';

/**
 * Everything that a role can do to the memory of one world, in the address space of
 * `cpu.task.process`. Pages are page numbers of that address space, regions are indices of the plan, flags
 * are 0 or 1. Each method is one of `operations/`, which says what it gives.
 */
export class Operations {
  private readonly faults: Fault;
  private readonly mappings: Mmap;
  private readonly unmappings: Munmap;
  private readonly protections: Mprotect;
  private readonly breaks: Brk;
  private readonly advice: Madvise;
  private readonly forks: Fork;
  private readonly pinning: Gup;
  private readonly reclaim: RmapWalk;
  private readonly notifications: Notify;
  private readonly registration: UprobeRegistration;
  private readonly execution: ExecText;
  private readonly writes: FileWrite;
  private readonly truncation: Truncate;
  private readonly sections: Section;

  constructor(layout: Layout, core: Core, backing: Backing) {
    const { reverse, cache, notifiers, uprobes, breakpoints, files, walk, unmap } = backing;
    const edit = new VmaEdit(reverse);
    this.faults = new Fault(core, reverse, cache, notifiers);
    const populate = new Populate(core, this.faults);
    this.mappings = new Mmap(core, reverse, uprobes, edit, populate);
    this.unmappings = new Munmap(core, reverse, notifiers, edit);
    this.protections = new Mprotect(core, notifiers, edit);
    this.breaks = new Brk(core, this.mappings, this.unmappings);
    this.advice = new Madvise(core, notifiers);
    this.forks = new Fork(core, reverse, uprobes, this.unmappings);
    this.pinning = new Gup(core, this.faults, walk, backing.pins);
    this.reclaim = new RmapWalk(core, walk, unmap);
    this.notifications = new Notify(core, notifiers);
    this.registration = new UprobeRegistration(layout, core, files, uprobes, breakpoints);
    this.execution = new ExecText(core, this.faults, uprobes);
    this.writes = new FileWrite(core, files, cache, walk, this.faults);
    this.truncation = new Truncate(core, files, cache, unmap, notifiers);
    this.sections = new Section(core, backing.anonVmas);
  }

  *fault(cpu: Cpu, page: number, write: number): Steps<number> {
    return yield this.faults.run(cpu, page, write === 0 ? 0 : 1);
  }

  *mmap(cpu: Cpu, pages: number, file: number, populate: number): Steps<number> {
    return yield this.mappings.run(cpu, pages, file, populate === 0 ? 0 : 1);
  }

  *munmap(cpu: Cpu, start: number, pages: number): Steps<number> {
    return yield this.unmappings.run(cpu, start, pages);
  }

  *mprotect(cpu: Cpu, start: number, pages: number, writable: number): Steps<number> {
    return yield this.protections.run(cpu, start, pages, writable === 0 ? 0 : 1);
  }

  *brk(cpu: Cpu, pages: number): Steps<number> {
    return yield this.breaks.run(cpu, pages);
  }

  *madvise(cpu: Cpu, start: number, pages: number): Steps<number> {
    return yield this.advice.run(cpu, start, pages);
  }

  *fork(cpu: Cpu, childLifeNs: number): Steps<number> {
    return yield this.forks.run(cpu, childLifeNs);
  }

  *gup(
    cpu: Cpu,
    start: number,
    pages: number,
    write: number,
    pinnedNs: number,
    held: number,
    policy: number,
  ): Steps<number> {
    return yield this.pinning.run(cpu, start, pages, write, pinnedNs, held, policy);
  }

  *gupFast(cpu: Cpu, start: number, pages: number, write: number, pinnedNs: number): Steps<number> {
    return yield this.pinning.runFast(cpu, start, pages, write, pinnedNs);
  }

  *rmapWalk(cpu: Cpu, page: number, pages: number): Steps<number> {
    return yield this.reclaim.run(cpu, page, pages);
  }

  *notifier(cpu: Cpu, start: number, pages: number): Steps<number> {
    return yield this.notifications.run(cpu, start, pages);
  }

  *uprobeRegister(cpu: Cpu, region: number, page: number, offset: number): Steps<number> {
    return yield this.registration.register(cpu, region, page, offset);
  }

  *uprobeUnregister(cpu: Cpu, region: number, page: number, offset: number): Steps<number> {
    return yield this.registration.unregister(cpu, region, page, offset);
  }

  *execText(cpu: Cpu, page: number, offset: number): Steps<number> {
    return yield this.execution.run(cpu, page, offset);
  }

  *fileWrite(cpu: Cpu, region: number, filePage: number, bufferPage: number): Steps<number> {
    return yield this.writes.run(cpu, region, filePage, bufferPage);
  }

  *truncate(cpu: Cpu, region: number, fromPage: number, pages: number): Steps<number> {
    return yield this.truncation.run(cpu, region, fromPage, pages);
  }

  *section(cpu: Cpu, lock: number, write: number, holdNs: number, sleeps: number): Steps<number> {
    return yield this.sections.run(cpu, lock, write, holdNs, sleeps);
  }
}
