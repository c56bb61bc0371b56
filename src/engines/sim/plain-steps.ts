import type { FrameContents } from './frame-contents.js';
import { exact } from './jitter.js';
import type { MachineProfile } from '../../machine/machine-profile.js';
import type { Scheduler } from './scheduler.js';
import type { SimCpu } from './sim-cpu.js';
import { stepKind } from './step-kind.js';
import type { ThreadTable } from './thread-table.js';
import { timeKind } from './time-account.js';
import type { Topology } from './topology.js';

const { work } = timeKind;

/** The steps that only take time, and those on the contents of frames. */
export class PlainSteps {
  readonly #words: Int32Array;
  readonly #table: ThreadTable;
  readonly #contents: FrameContents;
  readonly #firstFrameOf: readonly number[];
  readonly #scheduler: Scheduler;
  readonly #topology: Topology;
  readonly #pause: number;
  readonly #hit: number;
  readonly #zero: number;
  readonly #copy: number;
  readonly #bandwidth: number;
  /** When the memory of each socket can begin on the next page. */
  readonly #memoryFree: Float64Array;

  constructor(
    words: Int32Array,
    table: ThreadTable,
    contents: FrameContents,
    firstFrameOf: readonly number[],
    scheduler: Scheduler,
    topology: Topology,
    profile: MachineProfile,
  ) {
    this.#words = words;
    this.#table = table;
    this.#contents = contents;
    this.#firstFrameOf = firstFrameOf;
    this.#scheduler = scheduler;
    this.#topology = topology;
    this.#pause = exact(profile.scheduler.pause);
    this.#hit = exact(profile.line.hit);
    this.#zero = exact(profile.memory.zero);
    this.#copy = exact(profile.memory.copy);
    this.#bandwidth = exact(profile.memory.zeroBandwidth);
    this.#memoryFree = new Float64Array(topology.sockets);
  }

  /** Takes the step that `cpu` holds; it is complete at `after` of the table. */
  take(cpu: SimCpu, now: number): true {
    const { id, word } = cpu;
    const table = this.#table;
    const frame = (this.#firstFrameOf[id] as number) + word;
    switch (cpu.kind) {
      case stepKind.get:
        return table.give(id, this.#words[word] as number, now, work, 0);
      case stepKind.now:
        return table.give(id, now, now, work, 0);
      case stepKind.pause:
        return table.give(id, 0, now, work, this.#pause);
      case stepKind.work:
        return table.give(id, 0, now, work, exact(Math.max(0, cpu.first)));
      case stepKind.zero:
        this.#contents.zero(frame);
        return table.give(id, 0, now, work, this.#stream(id, now, this.#zero));
      case stepKind.copy:
        this.#contents.copy(frame, frame - word + cpu.first);
        return table.give(id, 0, now, work, this.#stream(id, now, this.#copy));
      case stepKind.peek:
        return table.give(id, this.#contents.get(frame, cpu.first), now, work, this.#hit);
      default: {
        const before = this.#contents.get(frame, cpu.first);
        this.#contents.set(frame, cpu.first, cpu.second);
        return table.give(id, before, now, work, this.#hit);
      }
    }
  }

  /** Writing a page also takes its turn at the memory of the socket. Gives how long the CPU is busy, ns. */
  #stream(thread: number, now: number, ns: number): number {
    const socket = this.#topology.socketOf[this.#scheduler.cpuOf(thread)] as number;
    const from = Math.max(now, this.#memoryFree[socket] as number);
    this.#memoryFree[socket] = from + this.#bandwidth;
    return from - now + ns;
  }
}
