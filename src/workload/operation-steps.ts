import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';

/**
 * What the actor loop calls: the operations of a model, in the address space of `cpu.task.process`. Pages
 * are page numbers of that address space, regions are indices of the plan, flags are 0 or 1.
 */
export interface OperationSteps {
  /** 0 made present, 1 it was present, 2 nothing is mapped there. */
  fault(cpu: Cpu, page: number, write: number): Steps<number>;
  /** Gives the first page, or -1: no room. `file` is a region, or -1 for anonymous memory. */
  mmap(cpu: Cpu, pages: number, file: number, populate: number): Steps<number>;
  munmap(cpu: Cpu, start: number, pages: number): Steps<number>;
  mprotect(cpu: Cpu, start: number, pages: number, writable: number): Steps<number>;
  /** 0 done, 1 refused. */
  brk(cpu: Cpu, pages: number): Steps<number>;
  madvise(cpu: Cpu, start: number, pages: number): Steps<number>;
  fork(cpu: Cpu, childLifeNs: number): Steps<number>;
  /** `policy`: 0 locked, 1 unlocked, 2 fast, -1 as the strategy says. */
  gup(
    cpu: Cpu,
    start: number,
    pages: number,
    write: number,
    pinnedNs: number,
    held: number,
    policy: number,
  ): Steps<number>;
  gupFast(cpu: Cpu, start: number, pages: number, write: number, pinnedNs: number): Steps<number>;
  rmapWalk(cpu: Cpu, page: number, pages: number): Steps<number>;
  notifier(cpu: Cpu, start: number, pages: number): Steps<number>;
  /** `page` is a page of the file. */
  uprobeRegister(cpu: Cpu, region: number, page: number, offset: number): Steps<number>;
  uprobeUnregister(cpu: Cpu, region: number, page: number, offset: number): Steps<number>;
  execText(cpu: Cpu, page: number, offset: number): Steps<number>;
  fileWrite(cpu: Cpu, region: number, filePage: number, bufferPage: number): Steps<number>;
  truncate(cpu: Cpu, region: number, fromPage: number, pages: number): Steps<number>;
  /** `lock`: 0 `mmap_lock`, 1 a reverse-map lock. */
  section(cpu: Cpu, lock: number, write: number, holdNs: number, sleeps: number): Steps<number>;
}
