import { parkResult } from '../../machine/cpu.js';
import { exact } from './jitter.js';
import type { MachineProfile } from '../../machine/machine-profile.js';
import { Parked } from './parked.js';
import type { Scheduler } from './scheduler.js';
import type { SimCpu } from './sim-cpu.js';
import { stepKind } from './step-kind.js';
import { standing, type ThreadTable } from './thread-table.js';
import { timeKind, waitPlace } from './time-account.js';

/** The steps by which threads leave their CPUs and come back, and ask after each other. */
export class SleepSteps {
  readonly #table: ThreadTable;
  readonly #scheduler: Scheduler;
  readonly #parked = new Parked();
  readonly #wakeCall: number;
  readonly #look: number;
  readonly #shootdown: MachineProfile['shootdown'];
  /** Of each thread, the address space that it works in. */
  readonly #spaceOf: Int32Array;

  constructor(
    table: ThreadTable,
    scheduler: Scheduler,
    profile: MachineProfile,
    spaceOf: Int32Array,
  ) {
    this.#table = table;
    this.#scheduler = scheduler;
    this.#wakeCall = exact(profile.scheduler.wakeCall);
    this.#look = exact(profile.line.hit);
    this.#shootdown = profile.shootdown;
    this.#spaceOf = spaceOf;
  }

  /** Takes the step that `cpu` holds. True: it is complete at `after` of the table. False: the thread waits. */
  take(cpu: SimCpu, now: number): boolean {
    const { id } = cpu;
    const table = this.#table;
    const { work } = timeKind;
    switch (cpu.kind) {
      case stepKind.wake:
        return this.#wake(cpu, now);
      case stepKind.isRunning:
        return table.give(
          id,
          this.#scheduler.isRunning(cpu.first, now) ? 1 : 0,
          now,
          work,
          this.#look,
        );
      case stepKind.isPreempted:
        return table.give(
          id,
          this.#scheduler.isPreempted(cpu.first) ? 1 : 0,
          now,
          work,
          this.#look,
        );
      case stepKind.needsReschedule:
        return table.give(
          id,
          this.#scheduler.needsReschedule(id, now) ? 1 : 0,
          now,
          work,
          this.#look,
        );
      case stepKind.past:
        return table.give(id, now > cpu.first ? 1 : 0, now, work, this.#look);
      case stepKind.preemption:
        return this.#preemption(cpu, now);
      case stepKind.sleep:
        return this.#sleep(cpu, now);
      default:
        return table.give(id, 0, now, timeKind.shootdown, this.#shoot(cpu, now));
    }
  }

  /** The word held what the thread had seen, so it sleeps on it. */
  park(cpu: SimCpu, now: number): false {
    const { id, word } = cpu;
    this.#table.blocked(id, now);
    this.#table.limit(id, now, cpu.second);
    this.#parked.add(word, id);
    this.#leave(id, now, waitPlace(1, this.#table.lockClass(id)));
    return false;
  }

  /** The limit of a thread's wait has come: it wakes, if it is the one that sleeps. */
  timeIsUp(thread: number, now: number): void {
    const cpu = this.#table.cpus[thread] as SimCpu;
    if (cpu.kind === stepKind.park) {
      this.#parked.remove(cpu.word, thread);
      this.#comeBack(thread, parkResult.timedOut, now, now);
    } else {
      this.#comeBack(thread, 0, now, now);
    }
  }

  #wake(cpu: SimCpu, now: number): boolean {
    let woken = 0;
    while (woken < cpu.first) {
      const thread = this.#parked.take(cpu.word);
      if (thread === -1) break;
      woken++;
      this.#comeBack(thread, parkResult.woken, now, now + woken * this.#wakeCall);
    }
    const ns = Math.max(1, woken) * this.#wakeCall;
    return this.#table.give(cpu.id, woken, now, timeKind.wake, ns);
  }

  #sleep(cpu: SimCpu, now: number): boolean {
    if (cpu.first <= 0) return this.#table.give(cpu.id, 0, now, timeKind.io, 0);
    this.#table.limit(cpu.id, now, exact(cpu.first));
    this.#leave(cpu.id, now, timeKind.io);
    return false;
  }

  #preemption(cpu: SimCpu, now: number): boolean {
    const { id } = cpu;
    if (!this.#scheduler.preemption(id, cpu.first, now)) {
      return this.#table.give(id, 0, now, timeKind.work, 0);
    }
    this.#table.value[id] = 0;
    this.#table.hasValue[id] = 1;
    this.#table.standing[id] = standing.away;
    this.#table.account.wait(id, timeKind.ready);
    this.#scheduler.yield(id, now);
    return false;
  }

  #leave(thread: number, now: number, place: number): void {
    this.#table.standing[thread] = standing.away;
    this.#table.account.wait(thread, place);
    this.#scheduler.block(thread, now);
  }

  #comeBack(thread: number, value: number, now: number, from: number): void {
    const table = this.#table;
    table.unlimit(thread);
    table.account.reach(thread, now);
    const asleep = (table.cpus[thread] as SimCpu).kind === stepKind.park;
    table.account.wait(thread, waitPlace(2, asleep ? table.lockClass(thread) : -1));
    table.value[thread] = value;
    table.hasValue[thread] = 1;
    this.#scheduler.wake(thread, from);
  }

  /** Interrupts the other CPUs that run the address space, at most `first` of them. Gives what it costs to wait for them. */
  #shoot(cpu: SimCpu, now: number): number {
    const { base, handler, perCpu } = this.#shootdown;
    const space = this.#spaceOf[cpu.id];
    const own = this.#scheduler.cpuOf(cpu.id);
    let hit = 0;
    for (let other = 0; other < this.#scheduler.cpus && hit < cpu.first; other++) {
      const thread = this.#scheduler.threadOn(other);
      if (other === own || thread === -1 || this.#spaceOf[thread] !== space) continue;
      // A CPU that idles, or is on its way out of it, flushes by itself when it runs the address space again.
      if (!this.#scheduler.isRunning(thread, now)) continue;
      hit++;
      this.#table.interrupt(thread, handler);
    }
    return hit === 0 ? 0 : exact(base + perCpu * hit);
  }
}
