import type { Cpu } from '../../machine/cpu.js';
import type { Steps } from '../../machine/steps.js';
import type { OperationSteps } from '../../workload/operation-steps.js';
import type { EntryCosts } from '../../machine/machine-profile.js';

/**
 * The operations of a model as a program calls them: with the way into the kernel and back, which no lock covers. A
 * fault is an exception, and so is the execution of a breakpoint; the rest are system calls, but for what the kernel
 * does by itself, and for sections, which are no more than what they say.
 */
export class EnteredOperations implements OperationSteps {
  private readonly inner: OperationSteps;
  private readonly exception: number;
  private readonly call: number;

  constructor(inner: OperationSteps, costs: EntryCosts) {
    this.inner = inner;
    this.exception = costs.exception;
    this.call = costs.systemCall;
  }

  *fault(cpu: Cpu, page: number, write: number): Steps<number> {
    yield cpu.work(this.exception);
    return yield this.inner.fault(cpu, page, write);
  }

  *execText(cpu: Cpu, page: number, offset: number): Steps<number> {
    yield cpu.work(this.exception);
    return yield this.inner.execText(cpu, page, offset);
  }

  *mmap(cpu: Cpu, pages: number, file: number, populate: number): Steps<number> {
    yield cpu.work(this.call);
    return yield this.inner.mmap(cpu, pages, file, populate);
  }

  *munmap(cpu: Cpu, start: number, pages: number): Steps<number> {
    yield cpu.work(this.call);
    return yield this.inner.munmap(cpu, start, pages);
  }

  *mprotect(cpu: Cpu, start: number, pages: number, writable: number): Steps<number> {
    yield cpu.work(this.call);
    return yield this.inner.mprotect(cpu, start, pages, writable);
  }

  *brk(cpu: Cpu, pages: number): Steps<number> {
    yield cpu.work(this.call);
    return yield this.inner.brk(cpu, pages);
  }

  *madvise(cpu: Cpu, start: number, pages: number): Steps<number> {
    yield cpu.work(this.call);
    return yield this.inner.madvise(cpu, start, pages);
  }

  *fork(cpu: Cpu, childLifeNs: number): Steps<number> {
    yield cpu.work(this.call);
    return yield this.inner.fork(cpu, childLifeNs);
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
    yield cpu.work(this.call);
    return yield this.inner.gup(cpu, start, pages, write, pinnedNs, held, policy);
  }

  *gupFast(cpu: Cpu, start: number, pages: number, write: number, pinnedNs: number): Steps<number> {
    yield cpu.work(this.call);
    return yield this.inner.gupFast(cpu, start, pages, write, pinnedNs);
  }

  *uprobeRegister(cpu: Cpu, region: number, page: number, offset: number): Steps<number> {
    yield cpu.work(this.call);
    return yield this.inner.uprobeRegister(cpu, region, page, offset);
  }

  *uprobeUnregister(cpu: Cpu, region: number, page: number, offset: number): Steps<number> {
    yield cpu.work(this.call);
    return yield this.inner.uprobeUnregister(cpu, region, page, offset);
  }

  *fileWrite(cpu: Cpu, region: number, filePage: number, bufferPage: number): Steps<number> {
    yield cpu.work(this.call);
    return yield this.inner.fileWrite(cpu, region, filePage, bufferPage);
  }

  *truncate(cpu: Cpu, region: number, fromPage: number, pages: number): Steps<number> {
    yield cpu.work(this.call);
    return yield this.inner.truncate(cpu, region, fromPage, pages);
  }

  *rmapWalk(cpu: Cpu, page: number, pages: number): Steps<number> {
    return yield this.inner.rmapWalk(cpu, page, pages);
  }

  *notifier(cpu: Cpu, start: number, pages: number): Steps<number> {
    return yield this.inner.notifier(cpu, start, pages);
  }

  *section(cpu: Cpu, lock: number, write: number, holdNs: number, sleeps: number): Steps<number> {
    return yield this.inner.section(cpu, lock, write, holdNs, sleeps);
  }
}
