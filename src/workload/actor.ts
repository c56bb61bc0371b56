import type { Cpu } from '../machine/cpu.js';
import { numberField } from '../machine/number-field.js';
import type { Random } from '../machine/random.js';
import type { Steps } from '../machine/steps.js';
import type { Task } from '../machine/task.js';
import type { Recorder } from '../measure/recorder.js';
import { recordingArea } from '../measure/recorder-layout.js';
import { actorEntries, type ActorEntry, opcode } from './actor-entry.js';
import { ActorLedger } from './actor-ledger.js';
import type { OperationSteps } from './operation-steps.js';
import { type Plan, probeOffset, type RolePlan } from './plan.js';
import { phase, type RunLayout } from './run-layout.js';

/**
 * What the hot loop compares with, as constants of this module: V8 folds these into the code, whereas it
 * loads and checks an imported object for each use.
 */
const { closed, window } = phase;
const { fault, mmap, munmap, madvise, section } = opcode;
const execText = opcode['exec-text'];
/** Dropping a span after a pass over it: no operation that a workload names, so past their codes. */
const refill = 17;

/** How long a thread computes or sleeps before it looks whether the trial has ended. */
const longestThinkNs = 1e6;
const longestIdleNs = 5e6;
/** An open loop sleeps towards its next start until this close to it, and spins the rest. */
const wakeEarlyNs = 300e3;

/** What an actor plays on. */
export interface Stage {
  readonly plan: Plan;
  /** Index into `plan.actors`. */
  readonly thread: number;
  readonly operations: OperationSteps;
  /** First page of each region in this thread's address space. */
  readonly regionStarts: readonly number[];
  readonly recorder: Recorder;
  readonly run: RunLayout;
}

/**
 * Plays one thread's role until the trial is closed, and then gives back what the thread has mapped. An
 * operation counts only if it began and ended inside the window: the phase is read after each, and one
 * that finds it changed belongs to neither side. Private to its thread, so what it remembers is in fields.
 */
export class Actor {
  private readonly operations: OperationSteps;
  private readonly recorder: Recorder;
  private readonly layout: RunLayout;
  private readonly role: RolePlan;
  private readonly entries: readonly ActorEntry[];
  private readonly phaseWord: number;
  private readonly progressWord: number;
  private readonly rowWord: number;
  private readonly weights: number;
  /** Mean time between two starts of this thread, ns; 0: closed loop. */
  private readonly betweenNs: number;
  private readonly isOpen: 0 | 1;
  private readonly isWeighted: 0 | 1;
  private readonly mappings = new ActorLedger();
  private readonly probes = new ActorLedger();
  private phase: number = phase.waiting;
  private row = -1;
  private finished = 0;
  private grownPages = 0;
  /** When the next round of an open loop should begin; 0 before the first. */
  private nextNs: number;
  /** When the operation about to run should have begun; 0: when it does. */
  private intendedNs = numberField;

  constructor(stage: Stage) {
    const { plan, thread, run } = stage;
    const actor = plan.actors[thread];
    const role = actor === undefined ? undefined : plan.roles[actor.role];
    if (actor === undefined || role === undefined) throw new Error(`no role for thread ${thread}`);
    this.operations = stage.operations;
    this.recorder = stage.recorder;
    this.layout = run;
    this.role = role;
    this.entries = actorEntries(role, plan.space, actor.index, stage.regionStarts);
    this.phaseWord = run.phase;
    this.progressWord = run.progress(thread);
    this.rowWord = run.row(thread);
    this.weights = this.entries.at(-1)?.weightUpTo ?? 0;
    this.betweenNs = role.rate > 0 ? (role.threads / role.rate) * 1e9 : 0;
    this.isOpen = this.betweenNs > 0 ? 1 : 0;
    this.isWeighted = role.weighted ? 1 : 0;
    // Threads of a constant rate start one after another, not all at once.
    this.intendedNs = 0;
    this.nextNs = -(this.betweenNs * actor.index) / role.threads;
  }

  *run(cpu: Cpu): Steps {
    yield this.look(cpu);
    while (this.phase !== closed) {
      const before = this.finished;
      if (this.isOpen !== 0) yield this.awaitStart(cpu);
      if (this.isWeighted !== 0) yield this.play(cpu, this.drawn(cpu.random));
      else yield this.inOrder(cpu);
      if (this.role.thinkNs > 0) yield this.think(cpu, this.role.thinkNs);
      if (this.finished === before) yield this.look(cpu);
    }
    yield this.giveBack(cpu);
  }

  private *inOrder(cpu: Cpu): Steps {
    for (let i = 0; i < this.entries.length && this.phase !== closed; i++) {
      yield this.play(cpu, this.entries[i] as ActorEntry);
    }
  }

  /** One entry's turn in a round. What needs a mapping is left out while the thread has none. */
  private *play(cpu: Cpu, entry: ActorEntry): Steps {
    if (entry.onMapped !== 0) {
      if (this.mappings.held === 0) return;
      entry.rewind();
    }
    for (let i = 0; i < entry.repeats && this.phase !== closed; i++) {
      yield this.perform(cpu, entry, entry.opcode, entry.row, this.placeOf(entry, cpu.random));
      if (entry.refill >= 0 && this.phase !== closed && entry.passIsOver()) {
        yield this.perform(cpu, entry, refill, entry.refill, entry.spanStart);
      }
    }
  }

  /** One operation, timed if it is its turn or if it had to wait. `place`: page within its region or mapping. */
  private *perform(cpu: Cpu, entry: ActorEntry, code: number, row: number, place: number): Steps {
    const { recorder } = this;
    const { task } = cpu;
    if (row !== this.row) {
      this.row = row;
      yield cpu.set(this.rowWord, row + 1);
    }
    if (recorder.due(row) !== 0 || this.isOpen !== 0) {
      task.sampled = 1;
      recorder.begin(yield cpu.now());
    }
    yield this.dispatch(cpu, entry, code, place);
    const measured = task.sampled !== 0 || task.operationBlockedAt !== 0;
    if (measured) {
      recorder.end(yield cpu.now());
      if (this.intendedNs !== 0) {
        recorder.begin(this.intendedNs);
        this.intendedNs = 0;
      }
    }
    // A hint suffices: the engine says when the window closed, and a thread that hears of it late only
    // counts what it finished meanwhile.
    const current = yield cpu.get(this.phaseWord);
    this.finished = (this.finished + 1) | 0;
    yield cpu.set(this.progressWord, this.finished);
    if (current !== this.phase) this.turn(current, row, task);
    else if (measured) recorder.finish(row, task);
    else recorder.count(row);
  }

  private *dispatch(cpu: Cpu, entry: ActorEntry, code: number, place: number): Steps {
    const { operations } = this;
    const page = this.firstPage(entry) + place;
    switch (code) {
      case fault:
        yield operations.fault(cpu, page, entry.write);
        return;
      case section: {
        const write =
          entry.draws === 0 ? entry.write : cpu.random.next() < entry.writeShare ? 1 : 0;
        yield operations.section(cpu, entry.lock, write, entry.holdNs, entry.sleeps);
        return;
      }
      case mmap:
        yield this.map(cpu, entry);
        return;
      case munmap:
        yield this.unmap(cpu);
        return;
      case madvise:
        yield operations.madvise(cpu, page, entry.pages);
        return;
      case refill:
        yield operations.madvise(cpu, page, entry.spanPages);
        return;
      case execText:
        yield operations.execText(cpu, page, probeOffset);
        return;
      default:
        yield this.dispatchRare(cpu, entry, code, page, place);
    }
  }

  private *dispatchRare(
    cpu: Cpu,
    entry: ActorEntry,
    code: number,
    page: number,
    place: number,
  ): Steps {
    const { operations } = this;
    const { pages, write, holdNs } = entry;
    switch (code) {
      case opcode.mprotect:
        yield operations.mprotect(cpu, page, pages, write);
        return;
      case opcode.brk: {
        const refused = yield operations.brk(cpu, pages);
        if (refused === 0) this.grownPages += pages;
        return;
      }
      case opcode.fork:
        yield operations.fork(cpu, holdNs);
        return;
      case opcode.gup:
        yield operations.gup(cpu, page, pages, write, holdNs, entry.held, entry.policy);
        return;
      case opcode['gup-fast']:
        yield operations.gupFast(cpu, page, pages, write, holdNs);
        return;
      case opcode['rmap-walk']:
        yield operations.rmapWalk(cpu, page, pages);
        return;
      case opcode.notifier:
        yield operations.notifier(cpu, page, pages);
        return;
      case opcode['uprobe-register']:
        if (this.probes.isFull) yield this.unregister(cpu);
        yield operations.uprobeRegister(cpu, entry.region, place, probeOffset);
        this.probes.push(entry.region, place);
        return;
      case opcode['uprobe-unregister']:
        if (this.probes.held > 0) yield this.unregister(cpu);
        return;
      case opcode['file-write']:
        yield operations.fileWrite(cpu, entry.file, place, page);
        return;
      case opcode.truncate:
        yield operations.truncate(cpu, entry.file, place, pages);
        return;
    }
  }

  private *map(cpu: Cpu, entry: ActorEntry): Steps {
    if (this.mappings.isFull) yield this.unmap(cpu);
    const start = yield this.operations.mmap(cpu, entry.pages, entry.file, entry.populate);
    if (start >= 0) this.mappings.push(start, entry.pages);
  }

  private *unmap(cpu: Cpu): Steps {
    yield this.operations.munmap(cpu, this.mappings.first, this.mappings.second);
    this.mappings.pop();
  }

  private *unregister(cpu: Cpu): Steps {
    const { first: region, second: page } = this.probes;
    yield this.operations.uprobeUnregister(cpu, region, page, probeOffset);
    this.probes.pop();
  }

  /** Leaves the address space as the thread found it. */
  private *giveBack(cpu: Cpu): Steps {
    while (this.probes.held > 0) yield this.unregister(cpu);
    while (this.mappings.held > 0) yield this.unmap(cpu);
    if (this.grownPages !== 0) yield this.operations.brk(cpu, -this.grownPages);
  }

  /** Thinking is computing: the CPU stays busy. */
  private *think(cpu: Cpu, ns: number): Steps {
    let left = ns;
    while (left > 0 && this.phase !== closed) {
      yield cpu.work(Math.min(left, longestThinkNs));
      left -= longestThinkNs;
      yield this.look(cpu);
    }
  }

  /** Open loop: waits for the time of the next round, unless it has passed already. */
  private *awaitStart(cpu: Cpu): Steps {
    let now = yield cpu.now();
    if (this.nextNs <= 0) this.nextNs = now - this.nextNs;
    while (now < this.nextNs && this.phase !== closed) {
      const left = this.nextNs - now;
      yield left > 2 * wakeEarlyNs
        ? cpu.sleep(Math.min(left - wakeEarlyNs, longestIdleNs))
        : cpu.work(left);
      yield this.look(cpu);
      now = yield cpu.now();
    }
    this.intendedNs = this.nextNs;
    this.nextNs +=
      this.role.arrival === 'constant' ? this.betweenNs : cpu.random.exponential(this.betweenNs);
  }

  /** Notices a change of phase between operations. */
  private *look(cpu: Cpu): Steps {
    const current = yield cpu.load(this.phaseWord);
    if (current !== this.phase) this.turn(current, -1, cpu.task);
  }

  /**
   * The phase has changed while an operation of `row` (-1: none) ran.
   * A thread may meet the close without having seen the window open: then that operation outlasted it.
   */
  private turn(current: number, row: number, task: Task): void {
    const { recorder } = this;
    if (this.phase < window) {
      const area = current < window ? recordingArea.warmUp : recordingArea.window;
      recorder.open(area, task, recorder.time(this.layout.openNs));
    }
    if (current === closed) {
      recorder.closeWindow(row, task, recorder.time(this.layout.closeNs));
    }
    recorder.clear(task);
    this.phase = current;
  }

  private drawn(random: Random): ActorEntry {
    const at = random.next() * this.weights;
    let index = 0;
    while (
      index < this.entries.length - 1 &&
      (this.entries[index] as ActorEntry).weightUpTo <= at
    ) {
      index++;
    }
    return this.entries[index] as ActorEntry;
  }

  private placeOf(entry: ActorEntry, random: Random): number {
    return entry.onMapped !== 0
      ? entry.next(this.mappings.second, random)
      : entry.spanStart + entry.next(entry.spanPages, random);
  }

  private firstPage(entry: ActorEntry): number {
    return entry.onMapped !== 0 ? this.mappings.first : entry.regionStart;
  }
}
