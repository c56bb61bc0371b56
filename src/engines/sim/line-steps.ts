import { costs as costNames, parkResult } from '../../machine/cpu.js';
import { busy, type CacheLines } from './cache-lines.js';
import type { EventQueue } from './event-queue.js';
import { exact } from './jitter.js';
import { LineQueue } from './line-queue.js';
import type { MachineProfile } from '../../machine/machine-profile.js';
import type { Scheduler } from './scheduler.js';
import type { SimCpu } from './sim-cpu.js';
import type { SleepSteps } from './sleep-steps.js';
import { Spinners } from './spinners.js';
import { stepKind } from './step-kind.js';
import { standing, type ThreadTable } from './thread-table.js';
import { timeKind, waitPlace } from './time-account.js';
import type { Topology } from './topology.js';

/** What `serve` gives when no thread goes on at once. */
export const nobody = -1;

export interface LineParts {
  readonly words: Int32Array;
  readonly table: ThreadTable;
  readonly lines: CacheLines;
  readonly events: EventQueue;
  /** Event slot of record 0; the others' follow. */
  readonly firstSlot: number;
  readonly topology: Topology;
  readonly profile: MachineProfile;
  readonly scheduler: Scheduler;
  readonly sleep: SleepSteps;
  /** Whether a step costs what its line costs; without, it costs nothing and every line is everywhere. */
  readonly movesLines: boolean;
}

/**
 * The steps that need a cache line. A step is executed when its CPU has the line; until then it stands in the line's
 * queue. A spinner keeps a copy and costs nothing while the line is quiet; a write makes all spinners of the line read
 * it again, and those for whom it changed something go on.
 */
export class LineSteps {
  readonly #words: Int32Array;
  readonly #table: ThreadTable;
  readonly #lines: CacheLines;
  readonly #events: EventQueue;
  readonly #firstSlot: number;
  readonly #topology: Topology;
  readonly #scheduler: Scheduler;
  readonly #sleep: SleepSteps;
  readonly #queue: LineQueue;
  /** Those that look at their word whenever its line is written; and those that wait in turn to acquire one. */
  readonly #spinners: Spinners;
  readonly #acquirers: Spinners;
  /** By record: acquirers of more than one word have waited there, so that the first does not stand for all. */
  #mixed = new Uint8Array(1024);
  /** Those that spin for an owner, by the owner's index plus 1. */
  readonly #forOwner: Spinners;
  readonly #coalesces: boolean;
  readonly #hit: number;
  readonly #atomic: number;
  /** How long a spinner takes to notice that its owner has stopped. */
  readonly #notice: number;
  readonly #costs: Float64Array;
  readonly #movesLines: boolean;
  #room = 0;

  constructor(parts: LineParts) {
    const { line } = parts.profile;
    const threads = parts.table.cpus.length;
    this.#words = parts.words;
    this.#table = parts.table;
    this.#lines = parts.lines;
    this.#events = parts.events;
    this.#firstSlot = parts.firstSlot;
    this.#topology = parts.topology;
    this.#scheduler = parts.scheduler;
    this.#sleep = parts.sleep;
    this.#queue = new LineQueue(threads, parts.topology.clusters);
    this.#spinners = new Spinners(threads);
    this.#acquirers = new Spinners(threads);
    this.#forOwner = new Spinners(threads);
    this.#forOwner.grow(threads + 1);
    this.#coalesces = line.coalescesReads;
    this.#hit = exact(line.hit);
    this.#atomic = exact(line.atomic);
    this.#notice = exact(line.socket);
    this.#costs = Float64Array.from(costNames, (name) => exact(parts.profile.costs[name]));
    this.#movesLines = parts.movesLines;
    this.#grow();
  }

  /** Takes the step that `cpu` holds. True: it is complete at `after` of the table. False: the thread waits. */
  take(cpu: SimCpu, now: number): boolean {
    const { id, kind, word } = cpu;
    const own = ownCosts[kind] === 1 ? this.#atomic : this.#hit;
    if (!this.#movesLines) return this.#complete(cpu, now, 0, 0);
    const record = this.#lines.recordOf(word);
    if (record >= this.#room) this.#grow();
    const waiting = record !== 0 && !this.#queue.isEmpty(record);
    const onCpu = this.#scheduler.cpuOf(id);
    const ns = this.#lines.reach(onCpu, word, writes[kind] as 0 | 1, own, now, waiting);
    if (ns !== busy) return this.#complete(cpu, now, ns, own);
    this.#enqueue(cpu, this.#lines.recordOf(word), onCpu, now);
    return false;
  }

  /**
   * The line of a record is free, and it is the turn of whoever waits for it first. Gives the thread whose step is
   * complete at `after` of the table and that goes on with its `value`; `nobody` if all it lets go on have events.
   */
  serve(record: number, now: number): number {
    const element = this.#queue.take(record);
    const threads = this.#table.cpus.length;
    if (element >= threads) {
      this.#readAgain(record, now);
      this.#next(record, now);
      return nobody;
    }
    const cpu = this.#table.cpus[element] as SimCpu;
    if (writes[cpu.kind] === 0) this.#serveReaders(record, element, now);
    const completed = this.#serveOne(cpu, record, now);
    this.#next(record, now);
    return completed ? element : nobody;
  }

  /** Whether someone spins on the line that holds the word. */
  isWatched(word: number): boolean {
    const record = this.#lines.recordOf(word);
    if (record === 0 || record >= this.#room) return false;
    return this.#spinners.first(record) !== -1 || this.#acquirers.first(record) !== -1;
  }

  /** The limit of a spinner's wait has come. */
  timeIsUp(thread: number, now: number): void {
    if (this.#table.standing[thread] === standing.spin) this.#endSpin(thread, now);
  }

  /** The thread loses its CPU while it spins: it will take its step once more. */
  interruptSpin(thread: number, now: number): void {
    this.#leaveSpin(thread, now);
    this.#table.hasValue[thread] = 0;
  }

  /** The CPU of a thread that has turned preemption off is wanted: one that spins for an owner stops. */
  wanted(thread: number, now: number): void {
    if (this.#table.standing[thread] === standing.spin && this.#forOwner.isSpinning(thread)) {
      this.#endSpin(thread, now);
    }
  }

  /** The thread does not run any more: those that spin for it stop. */
  ownerStopped(owner: number, now: number): void {
    for (;;) {
      const thread = this.#forOwner.first(owner + 1);
      if (thread === -1) return;
      this.#endSpin(thread, now + this.#notice);
    }
  }

  #enqueue(cpu: SimCpu, record: number, onCpu: number, now: number): void {
    this.#grow();
    const { id } = cpu;
    if (writes[cpu.kind] !== 0) this.#queue.addWriter(record, id);
    else {
      const cluster = this.#coalesces ? (this.#topology.clusterOf[onCpu] as number) : -1;
      this.#queue.addReader(record, id, cluster);
    }
    this.#table.standing[id] = standing.line;
    this.#table.account.wait(id, timeKind.transfer);
    this.#next(record, now);
  }

  /** The line's next turn is due when its last transfer is over. */
  #next(record: number, now: number): void {
    if (this.#queue.isEmpty(record)) return;
    const free = this.#lines.nextFree(record);
    this.#events.set(this.#firstSlot + record, Math.max(now, free));
  }

  #serveOne(cpu: SimCpu, record: number, now: number): boolean {
    const own = ownCosts[cpu.kind] === 1 ? this.#atomic : this.#hit;
    this.#table.account.reach(cpu.id, now);
    const onCpu = this.#scheduler.cpuOf(cpu.id);
    const ns = this.#lines.grant(onCpu, record, writes[cpu.kind] as 0 | 1, now);
    return this.#complete(cpu, now, ns, own);
  }

  /** Readers of the leader's cluster come with it, one behind the other; each goes on by an event of its own. */
  #serveReaders(record: number, leader: number, now: number): void {
    if (!this.#coalesces) return;
    const cluster = this.#topology.clusterOf[this.#scheduler.cpuOf(leader)] as number;
    this.#queue.closeGroup(record, cluster);
    let thread = this.#queue.behind(leader);
    while (thread !== -1) {
      const behind = this.#queue.behind(thread);
      const cpu = this.#table.cpus[thread] as SimCpu;
      if (this.#serveOne(cpu, record, now)) {
        this.#table.giveAt(thread, this.#table.value[thread] as number, this.#table.after);
      }
      thread = behind;
    }
  }

  /** The CPU has the line, which took `ns`: the step is executed. */
  #complete(cpu: SimCpu, now: number, ns: number, own: number): boolean {
    const { id, kind, word } = cpu;
    const words = this.#words;
    const table = this.#table;
    const place = ns > own ? timeKind.transfer : timeKind.work;
    const held = words[word] as number;
    switch (kind) {
      case stepKind.load:
        return table.give(id, held, now, place, ns);
      case stepKind.store:
      case stepKind.swap:
        words[word] = cpu.first;
        break;
      case stepKind.add:
        words[word] = held + cpu.first;
        break;
      case stepKind.and:
        words[word] = held & cpu.first;
        break;
      case stepKind.or:
        words[word] = held | cpu.first;
        break;
      case stepKind.cas:
        if (held === cpu.first) words[word] = cpu.second;
        break;
      case stepKind.read:
      case stepKind.write:
        if (ns !== 0) table.account.spend(id, place, ns);
        return table.give(
          id,
          0,
          now + ns,
          timeKind.work,
          (this.#costs[cpu.first] as number) * cpu.second,
        );
      case stepKind.acquire:
        if (held !== cpu.first) return this.#spin(cpu, now, ns);
        words[word] = cpu.second;
        table.unlimit(id);
        break;
      case stepKind.park:
        return held === cpu.first
          ? this.#sleep.park(cpu, now)
          : table.give(id, parkResult.differed, now, place, ns);
      default:
        return this.#await(cpu, held, now, ns, place);
    }
    this.#written(word, now);
    return table.give(id, held, now, place, ns);
  }

  /** `awaitChange` and `awaitOwner`, with the word's value at hand. */
  #await(cpu: SimCpu, held: number, now: number, ns: number, place: number): boolean {
    const { id } = cpu;
    const table = this.#table;
    let goesOn = held !== cpu.first;
    if (!goesOn && cpu.kind === stepKind.awaitOwner) {
      goesOn =
        !this.#scheduler.isRunning(cpu.second, now) || this.#scheduler.needsReschedule(id, now);
    } else if (!goesOn) {
      table.blocked(id, now);
      goesOn = cpu.second <= 0 || table.isLate(id, now);
    }
    if (!goesOn) return this.#spin(cpu, now, ns);
    table.unlimit(id);
    return table.give(id, held, now, place, ns);
  }

  #spin(cpu: SimCpu, now: number, ns: number): false {
    const { id, kind, word } = cpu;
    const table = this.#table;
    table.blocked(id, now);
    if (kind === stepKind.awaitChange) table.limit(id, now, cpu.second);
    const record = this.#lines.share(word, this.#scheduler.cpuOf(id));
    this.#grow();
    if (kind === stepKind.acquire) this.#awaitTurn(id, record, word);
    else this.#spinners.add(id, record);
    if (kind === stepKind.awaitOwner) this.#forOwner.add(id, cpu.second + 1);
    table.standing[id] = standing.spin;
    if (ns !== 0) table.account.spend(id, timeKind.transfer, ns);
    table.account.wait(id, waitPlace(0, table.lockClass(id)));
    return false;
  }

  #awaitTurn(thread: number, record: number, word: number): void {
    const first = this.#acquirers.first(record);
    if (first !== -1 && this.#table.cpus[first]?.word !== word) this.#mixed[record] = 1;
    this.#acquirers.add(thread, record);
  }

  /** A word was written: the spinners of its line read it again, once however often it is written until then. */
  #written(word: number, now: number): void {
    const record = this.#lines.recordOf(word);
    if (record === 0) return;
    if (record >= this.#room) this.#grow();
    if (this.#spinners.first(record) === -1 && this.#nextAcquirer(record) === -1) return;
    this.#queue.addSpinners(record);
    this.#next(record, now);
  }

  /** The line was written: who waits to acquire a word of it and now can takes it, and the others look again. */
  #readAgain(record: number, now: number): void {
    for (;;) {
      const acquirer = this.#nextAcquirer(record);
      if (acquirer === -1) break;
      this.#takeTurn(record, acquirer, now);
    }
    let thread = this.#spinners.first(record);
    while (thread !== -1) {
      const after = this.#spinners.after(thread);
      this.#lookAgain(record, thread, now);
      thread = after;
    }
  }

  /**
   * The acquirer whose word is free, -1: none. As of a kernel spinlock: only the first in the queue looks at the word,
   * the others wait for the one before them.
   */
  #nextAcquirer(record: number): number {
    let thread = this.#acquirers.first(record);
    while (thread !== -1) {
      const { first, word } = this.#table.cpus[thread] as SimCpu;
      if (this.#words[word] === first) return thread;
      if (this.#mixed[record] === 0) return -1;
      thread = this.#acquirers.after(thread);
    }
    return -1;
  }

  #lookAgain(record: number, thread: number, now: number): void {
    const { first, word } = this.#table.cpus[thread] as SimCpu;
    const from = Math.max(now, this.#lines.nextFree(record));
    const onCpu = this.#scheduler.cpuOf(thread);
    const ns = this.#lines.reach(onCpu, word, 0, this.#hit, from, false);
    if (this.#words[word] !== first) this.#endSpin(thread, from + ns);
  }

  #takeTurn(record: number, thread: number, now: number): void {
    const { second, word } = this.#table.cpus[thread] as SimCpu;
    const from = Math.max(now, this.#lines.nextFree(record));
    const onCpu = this.#scheduler.cpuOf(thread);
    const ns = this.#lines.reach(onCpu, word, 1, this.#atomic, from, false);
    this.#words[word] = second;
    this.#endSpin(thread, from + ns);
  }

  /** A spinner goes on at that time, with what the word holds; one that has acquired it, with what it held before. */
  #endSpin(thread: number, time: number): void {
    const table = this.#table;
    const { first, kind, word } = table.cpus[thread] as SimCpu;
    const from = Math.max(time, table.account.upTo[thread] as number);
    const value = kind === stepKind.acquire ? first : (this.#words[word] as number);
    this.#leaveSpin(thread, from);
    table.unlimit(thread);
    table.giveAt(thread, value, from);
  }

  #leaveSpin(thread: number, time: number): void {
    const acquires = this.#table.cpus[thread]?.kind === stepKind.acquire;
    (acquires ? this.#acquirers : this.#spinners).remove(thread);
    if (this.#forOwner.isSpinning(thread)) this.#forOwner.remove(thread);
    if (time > (this.#table.account.upTo[thread] as number)) {
      this.#table.account.reach(thread, time);
    }
  }

  /** Every record has a place in the queues and an event. */
  #grow(): void {
    const records = this.#lines.records;
    if (records < this.#room) return;
    this.#room = 2 * records;
    this.#queue.grow(this.#room);
    this.#spinners.grow(this.#room);
    this.#acquirers.grow(this.#room);
    const mixed = new Uint8Array(this.#room);
    mixed.set(this.#mixed.subarray(0, this.#room));
    this.#mixed = mixed;
    this.#events.grow(this.#firstSlot + this.#room);
  }
}

/** By kind of step: whether it needs the line for itself; whether it is an atomic read-modify-write. */
const writes = Uint8Array.from({ length: 32 }, (_, kind) =>
  (kind >= stepKind.store && kind <= stepKind.cas) ||
  kind === stepKind.write ||
  kind === stepKind.acquire
    ? 1
    : 0,
);
const ownCosts = Uint8Array.from({ length: 32 }, (_, kind) =>
  (kind >= stepKind.swap && kind <= stepKind.cas) || kind === stepKind.acquire ? 1 : 0,
);
