import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import type { OperationSteps } from './operation-steps.js';

/** Records what it is asked for; every operation takes `ns` of virtual time. */
export class FakeOperations implements OperationSteps {
  readonly calls: (readonly (string | number)[])[] = [];
  readonly ns: number;
  #nextMapping = 5000;

  constructor(ns: number) {
    this.ns = ns;
  }

  *fault(cpu: Cpu, page: number, write: number): Steps<number> {
    return yield this.did(cpu, 'fault', page, write);
  }
  *mmap(cpu: Cpu, pages: number, file: number, populate: number): Steps<number> {
    yield this.did(cpu, 'mmap', pages, file, populate);
    this.#nextMapping += pages;
    return this.#nextMapping - pages;
  }
  *munmap(cpu: Cpu, start: number, pages: number): Steps<number> {
    return yield this.did(cpu, 'munmap', start, pages);
  }
  *mprotect(cpu: Cpu, start: number, pages: number, writable: number): Steps<number> {
    return yield this.did(cpu, 'mprotect', start, pages, writable);
  }
  *brk(cpu: Cpu, pages: number): Steps<number> {
    return yield this.did(cpu, 'brk', pages);
  }
  *madvise(cpu: Cpu, start: number, pages: number): Steps<number> {
    return yield this.did(cpu, 'madvise', start, pages);
  }
  *fork(cpu: Cpu, childLifeNs: number): Steps<number> {
    return yield this.did(cpu, 'fork', childLifeNs);
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
    return yield this.did(cpu, 'gup', start, pages, write, pinnedNs, held, policy);
  }
  *gupFast(cpu: Cpu, start: number, pages: number, write: number, pinnedNs: number): Steps<number> {
    return yield this.did(cpu, 'gup-fast', start, pages, write, pinnedNs);
  }
  *rmapWalk(cpu: Cpu, page: number, pages: number): Steps<number> {
    return yield this.did(cpu, 'rmap-walk', page, pages);
  }
  *notifier(cpu: Cpu, start: number, pages: number): Steps<number> {
    return yield this.did(cpu, 'notifier', start, pages);
  }
  *uprobeRegister(cpu: Cpu, region: number, page: number, offset: number): Steps<number> {
    return yield this.did(cpu, 'uprobe-register', region, page, offset);
  }
  *uprobeUnregister(cpu: Cpu, region: number, page: number, offset: number): Steps<number> {
    return yield this.did(cpu, 'uprobe-unregister', region, page, offset);
  }
  *execText(cpu: Cpu, page: number, offset: number): Steps<number> {
    return yield this.did(cpu, 'exec-text', page, offset);
  }
  *fileWrite(cpu: Cpu, region: number, filePage: number, bufferPage: number): Steps<number> {
    return yield this.did(cpu, 'file-write', region, filePage, bufferPage);
  }
  *truncate(cpu: Cpu, region: number, fromPage: number, pages: number): Steps<number> {
    return yield this.did(cpu, 'truncate', region, fromPage, pages);
  }
  *section(cpu: Cpu, lock: number, write: number, holdNs: number, sleeps: number): Steps<number> {
    return yield this.did(cpu, 'section', lock, write, holdNs, sleeps);
  }

  private *did(cpu: Cpu, ...call: readonly (string | number)[]): Steps<number> {
    this.calls.push(call);
    yield cpu.work(this.ns);
    return 0;
  }
}
