import type { Strategy } from '../../strategies/strategy.js';
import { ArrayMemory } from '../../machine/memory.js';
import { RecordingReader } from '../../measure/read-rows.js';
import { phase } from '../../workload/run-layout.js';
import { blame } from '../blame.js';
import { finishedNothing, lackedCpu, type Trial } from '../trial.js';
import type { ThreadsAssembly } from './assembly.js';
import type { Clock } from './clock.js';
import { Crew, type Casualty } from './crew.js';
import type { Sleeps, TrialSettings } from './messages.js';
import {
  otherThreadsNs,
  type ProcessorTime,
  processorTime,
  processorTimeBetween,
  queuedShare,
} from './processor-time.js';
import { Progress } from './progress.js';
import { readTrial } from '../read-trial.js';
import { isSteady, type Slice } from './steady.js';

/** Length of a slice of the warm-up and of the window. */
const sliceNs = 50e6;
/** The warm-up is not judged before this, unless its cap is less. */
const warmupFloorNs = 300e6;
/** How often threads that should end are looked after. */
const joinMs = 20;

/** What a trial needs of the process it runs in. */
export interface TrialParts {
  readonly settings: TrialSettings;
  readonly strategy: Strategy;
  readonly assembly: ThreadsAssembly;
  readonly buffer: SharedArrayBuffer;
  readonly clock: Clock;
  readonly originNs: bigint;
  /** From 1; and the strategy's position in it, from 0. */
  readonly block: number;
  readonly position: number;
}

export interface TrialOutcome {
  readonly trial: Trial;
  readonly sleeps: Sleeps;
  /** The threads had to be ended by force, so nothing more can be run. */
  readonly stuck?: string;
}

interface WarmUp {
  readonly warmupSeconds: number;
  readonly unsteady: boolean;
}

interface Window {
  readonly seconds: number;
  readonly closeNs: number;
  readonly slices: readonly number[];
  readonly before: ProcessorTime | undefined;
  readonly after: ProcessorTime | undefined;
}

/** Thrown inside a trial when the watchdog bites. */
class Stuck extends Error {}

/**
 * Runs one trial: sets the model up, warms up until steady, opens the window, closes it before any thread
 * stops, lets all threads end, and checks the invariants. The calling thread never blocks, so that it
 * can be told to stop.
 */
export class TrialRun {
  readonly #parts: TrialParts;
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;
  readonly #crew: Crew;
  readonly #progress: Progress;

  constructor(parts: TrialParts) {
    const { assembly, buffer, clock, settings } = parts;
    this.#parts = parts;
    this.#words = new Int32Array(buffer);
    this.#doubles = new Float64Array(buffer);
    this.#words.fill(0);
    const memory = new ArrayMemory(this.#words);
    for (const world of assembly.worlds) world.initialise(memory);
    this.#progress = new Progress(this.#words, assembly, settings.plan, clock.now());
    this.#crew = new Crew(
      settings.plan.actors.map((_, thread) => ({
        buffer,
        originNs: parts.originNs,
        settings,
        strategy: parts.strategy,
        thread,
        block: parts.block,
      })),
    );
  }

  /** @throws EngineFailure if a worker dies or the user's lock throws while the model is still whole */
  async run(): Promise<TrialOutcome> {
    let warmUp: WarmUp = { warmupSeconds: 0, unsteady: true };
    let window: Window = {
      seconds: 0,
      closeNs: 0,
      slices: [],
      before: undefined,
      after: undefined,
    };
    try {
      await this.#crew.assembled();
      this.#enter(phase.warmUp);
      warmUp = await this.#warmUp();
      window = await this.#window();
      await this.#join();
    } catch (error) {
      if (!(error instanceof Stuck)) throw error;
      await this.#crew.disband();
      const faults = [...this.#exclusionFaults(), error.message];
      return { ...this.#outcome(warmUp, window, faults), stuck: faults.join('; ') };
    }
    const { casualty } = this.#crew;
    if (casualty !== undefined) return this.#fail(casualty, warmUp, window);
    const faults = this.#check();
    const outcome = this.#outcome(warmUp, window, faults);
    if (finishedNothing(outcome.trial) && !lackedCpu(outcome.trial)) {
      faults.push(
        'no thread finished an operation in the window: it is too short for the operations, or they hang',
      );
    }
    return outcome;
  }

  async #warmUp(): Promise<WarmUp> {
    const capNs = this.#parts.settings.plan.run.warmupNs;
    const floorNs = Math.min(warmupFloorNs, capNs);
    const beganNs = this.#now();
    const slices: Slice[] = [];
    for (;;) {
      const sinceNs = this.#now() - beganNs;
      const steady = sinceNs >= floorNs && isSteady(slices);
      if (steady || sinceNs >= capNs || this.#hasLost()) {
        return { warmupSeconds: sinceNs / 1e9, unsteady: !steady };
      }
      slices.push(await this.#warmUpSlice(Math.min(sliceNs, capNs - sinceNs)));
      if (slices.length === 1) this.#open(phase.rehearsal);
    }
  }

  async #warmUpSlice(ns: number): Promise<Slice> {
    const fromNs = this.#now();
    const othersBefore = otherThreadsNs(this.#crew.systemThreads);
    const finished = await this.#slice(ns);
    const othersNs = otherThreadsNs(this.#crew.systemThreads) - othersBefore;
    return { finished, others: othersNs / (this.#now() - fromNs) };
  }

  async #window(): Promise<Window> {
    const { assembly, settings } = this.#parts;
    const threads = this.#crew.systemThreads;
    const before = processorTime(threads);
    this.#progress.advance(this.#now());
    const openNs = this.#open(phase.window);
    const endNs = openNs + settings.plan.run.durationNs;
    const slices: number[] = [];
    for (let from = openNs; from < endNs - 1e6 && !this.#hasLost();) {
      const to = Math.min(endNs, openNs + (slices.length + 1) * sliceNs);
      slices.push(await this.#slice(to - from));
      from = this.#now();
    }
    const closeNs = this.#now();
    this.#doubles[assembly.run.closeNs / 2] = closeNs;
    this.#enter(phase.closed);
    const seconds = (closeNs - openNs) / 1e9;
    return { seconds, closeNs, slices, before, after: processorTime(threads) };
  }

  /** Lets `ns` pass. Gives the operations finished meanwhile, as of 50 ms. */
  async #slice(ns: number): Promise<number> {
    const from = this.#now();
    await this.#crew.pass(Math.max(1, Math.round(ns / 1e6)));
    const now = this.#now();
    const finished = this.#progress.advance(now);
    this.#watch(now);
    return Math.round((finished * sliceNs) / Math.max(now - from, 1));
  }

  /** Threads end by themselves: each finishes what it does and gives back what it holds. */
  async #join(): Promise<void> {
    if (!this.#hasLost()) {
      const closedNs = this.#now();
      while (this.#crew.running.length > 0 && !this.#hasLost()) {
        await this.#crew.pass(joinMs);
        const now = this.#now();
        if (this.#progress.advance(now) === 0 && now - closedNs > this.#parts.settings.watchdogNs) {
          this.#watch(now);
        }
      }
    }
    await this.#crew.disband();
  }

  #watch(now: number): void {
    const { settings, strategy } = this.#parts;
    const stillNs = this.#progress.stillNs(now);
    if (stillNs < settings.watchdogNs || this.#hasLost()) return;
    const who = this.#progress.describe(this.#crew.running);
    throw new Stuck(
      `stuck: no thread has finished anything for ${(stillNs / 1e9).toFixed(1)} s ` +
        `(a lock of ${strategy.name} that is never handed on?): ${who}`,
    );
  }

  #hasLost(): boolean {
    return this.#crew.casualty !== undefined;
  }

  /** Gives the time. */
  #open(next: number): number {
    const openNs = this.#now();
    this.#doubles[this.#parts.assembly.run.openNs / 2] = openNs;
    this.#enter(next);
    return openNs;
  }

  #enter(next: number): void {
    const word = this.#parts.assembly.run.phase;
    Atomics.store(this.#words, word, next);
    Atomics.notify(this.#words, word);
  }

  #now(): number {
    return this.#parts.clock.now();
  }

  /**
   * Broken invariants; sound only when no thread runs any more. Where a lock failed to exclude, that is the
   * fault: what it left behind may not even be safe to walk.
   */
  #check(): string[] {
    const memory = new ArrayMemory(this.#words);
    const { worlds } = this.#parts.assembly;
    const locks = worlds.flatMap((world) => world.core.record.check(memory));
    return locks.length > 0 ? locks : worlds.flatMap((world) => world.check(memory));
  }

  /**
   * A worker threw. If the model is broken as well, that is the cause and the trial's result: a lock that
   * fails to exclude makes plain code fall over. Else it is a fault of its own.
   */
  #fail(casualty: Casualty, warmUp: WarmUp, window: Window): TrialOutcome {
    const { block, settings, strategy } = this.#parts;
    const sentence = `thread ${casualty.thread} threw ${casualty.message}`;
    // A worker that ended without an error was not felled by what a lock let in.
    const broken = casualty.stack === '' ? [] : this.#exclusionFaults();
    if (broken.length > 0) return this.#outcome(warmUp, window, [...broken, sentence]);
    const role = settings.plan.roles[settings.plan.actors[casualty.thread]?.role ?? -1]?.name;
    const where = `strategy ${strategy.name}, ${blockName(block)}, thread ${casualty.thread} (${role ?? '?'})`;
    throw blame(where, casualty.message, casualty.stack, settings.plan);
  }

  /** Exclusion faults only: with a thread gone in the middle, much else cannot be whole, nor safe to walk. */
  #exclusionFaults(): string[] {
    const memory = new ArrayMemory(this.#words);
    return this.#parts.assembly.worlds.flatMap((world) => world.core.record.seen(memory));
  }

  #outcome(warmUp: WarmUp, window: Window, faults: readonly string[]): TrialOutcome {
    const { assembly, block, position, settings, strategy } = this.#parts;
    const reader = new RecordingReader(this.#words, assembly.recorder);
    const { before, after, closeNs, seconds, slices } = window;
    const queued =
      before === undefined
        ? undefined
        : queuedShare(before.queuedNs, this.#crew.queued, closeNs, seconds * 1e9);
    return {
      trial: {
        strategy: strategy.name,
        block,
        position,
        ...warmUp,
        seconds,
        slices,
        ...readTrial(reader, settings.plan, settings.gaps),
        ...(before === undefined || after === undefined ? {} : processorTimeBetween(before, after)),
        ...(queued === undefined ? {} : { queuedShare: queued }),
        faults,
      },
      sleeps: reader.sleeps(settings.plan.threads),
    };
  }
}

/** For messages: block 0 is the pilot, which comes before all blocks. */
export const blockName = (block: number): string => (block === 0 ? 'the pilot' : `block ${block}`);
