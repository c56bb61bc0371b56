import { Layout, pageWords } from '../../machine/layout.js';
import { lockClasses } from '../../machine/lock-class.js';
import type { Memory } from '../../machine/memory.js';
import { deriveSeed } from '../../machine/random.js';
import type { LockTable } from '../../locks/registry.js';
import { Recorder } from '../../measure/recorder.js';
import { RecordingReader } from '../../measure/read-rows.js';
import type { Strategy } from '../../strategies/strategy.js';
import { Actor } from '../../workload/actor.js';
import type { MachinePlan, Plan } from '../../workload/plan.js';
import { phase } from '../../workload/run-layout.js';
import { Assembly } from '../assembly.js';
import { longestSleepNs } from '../longest-sleep.js';
import { readTrial } from '../read-trial.js';
import { finishedNothing, type Trial } from '../trial.js';
import { EnteredOperations } from './entered-operations.js';
import { FrameContents } from './frame-contents.js';
import { SimMachine, startNs } from './machine.js';
import { SimMemory } from './sim-memory.js';
import { spentBetween } from './spent.js';
import { TracedRecorder } from './traced-recorder.js';
import type { Tracer } from './tracer.js';

/** How many slices of the window a trial reports. */
const slices = 20;
/** Virtual time after the close, beside the longest sleep, in which all threads must have ended, unless they are stuck. */
const patienceNs = 10e9;

/** A trial, and how long the host took for its simulation alone, ms: without setting up the model and checking it. */
export interface SimulatedTrial {
  readonly trial: Trial;
  readonly hostMs: number;
}

/** One trial on a simulated machine: everything happens in this call. `tracer` is told of it, and changes nothing. */
export function runTrial(
  plan: Plan,
  machine: MachinePlan,
  strategy: Strategy,
  locks: LockTable,
  block: number,
  position: number,
  tracer?: Tracer,
): SimulatedTrial {
  const assembly = new Assembly(plan, strategy, locks, new Layout(true));
  const words = new Int32Array(new ArrayBuffer(assembly.words * 4));
  const contents = new FrameContents();
  const memory = new SimMemory(words, contents);
  for (const world of assembly.worlds) world.initialise(memory);
  const { run } = assembly;
  const simulated = new SimMachine({
    profile: machine.profile,
    cpus: machine.cpus,
    threads: plan.threads,
    words,
    seed: deriveSeed(plan.seed, block),
    spaceOf: spaces(plan, assembly),
    controlWord: run.phase,
    indivisible: strategy.granularity === 'unlocked',
    memory,
    contents,
    firstFrameOf: plan.actors.map((_, thread) => assembly.framesWord(thread) / pageWords),
    tracer,
  });
  const beganMs = performance.now();
  // Every operation is timed: the virtual clock costs nothing.
  const gaps = plan.roles.map((role) => role.rows.map(() => 1));
  simulated.start((thread) => {
    thread.task.process = assembly.process(thread.id);
    // Plain code may never come to an end on what two have changed at once.
    thread.task.onExclusionFault = endsTrial;
    return actorOf(plan, machine, assembly, words, gaps, thread.id, block, tracer).run(thread);
  });

  const doubles = new Float64Array(words.buffer, 0, words.length >> 1);
  const openNs = startNs + plan.run.warmupNs;
  const closeNs = openNs + plan.run.durationNs;
  words[run.phase] = phase.warmUp;
  let thrown: unknown;
  const runTo = (ns: number): boolean => {
    try {
      return simulated.run(ns);
    } catch (error) {
      thrown = error;
      return false;
    }
  };
  let alive = runTo(openNs);
  doubles[run.openNs / 2] = openNs;
  words[run.phase] = phase.window;
  const before = simulated.account.snapshot(openNs);
  const idleBefore = simulated.scheduler.idleUpTo(openNs);
  const finished: number[] = [];
  const progress = (): number =>
    sum(plan.actors.map((_, thread) => words[run.progress(thread)] ?? 0));
  let last = progress();
  for (let slice = 1; slice <= slices && alive; slice++) {
    alive = runTo(openNs + (plan.run.durationNs * slice) / slices);
    const now = progress();
    finished.push(now - last);
    last = now;
  }
  doubles[run.closeNs / 2] = closeNs;
  words[run.phase] = phase.closed;
  const after = simulated.account.snapshot(closeNs);
  const idleAfter = simulated.scheduler.idleUpTo(closeNs);
  alive &&= runTo(closeNs + patienceNs + longestSleepNs(plan));
  const hostMs = performance.now() - beganMs;

  const faults =
    thrown === undefined
      ? faultsOf(simulated, assembly, plan, memory, alive)
      : faultsBehind(thrown, assembly, memory);
  const reader = new RecordingReader(words, assembly.recorder);
  const trial: Trial = {
    strategy: strategy.name,
    block,
    position,
    seconds: plan.run.durationNs / 1e9,
    unsteady: false,
    warmupSeconds: plan.run.warmupNs / 1e9,
    slices: finished,
    ...readTrial(reader, plan, gaps),
    spent: spentBetween(plan, before, after),
    idleNs: idleAfter - idleBefore,
    steps: simulated.steps,
    faults,
  };
  if (faults.length === 0 && finishedNothing(trial)) {
    faults.push(
      'no thread finished an operation in the window: it is too short for the operations, or they hang',
    );
  }
  return { trial, hostMs };
}

function actorOf(
  plan: Plan,
  machine: MachinePlan,
  assembly: Assembly,
  words: Int32Array,
  gaps: readonly (readonly number[])[],
  thread: number,
  block: number,
  tracer: Tracer | undefined,
): Actor {
  const world = assembly.world(thread);
  const own = gaps[plan.actors[thread]?.role ?? -1] ?? [];
  const { recorder: layout, run } = assembly;
  const seed = deriveSeed(plan.seed, block, thread, 1);
  return new Actor({
    plan,
    thread,
    operations: new EnteredOperations(world.operations, machine.profile.entry),
    regionStarts: plan.space.regions.map((_, region) => world.regionStart(region)),
    recorder:
      tracer === undefined
        ? new Recorder(words, layout, thread, own, seed)
        : new TracedRecorder(tracer, words, layout, thread, own, seed, run.row(thread)),
    run,
  });
}

/** A number for each address space: the worlds' one after another. */
function spaces(plan: Plan, assembly: Assembly): Int32Array {
  return Int32Array.from(
    plan.actors,
    (_, thread) =>
      assembly.worlds.indexOf(assembly.world(thread)) * plan.space.processes +
      assembly.process(thread),
  );
}

/** As on threads: where a lock failed to exclude, that is the fault, and what it left behind may not be safe to walk. */
function faultsOf(
  simulated: SimMachine,
  assembly: Assembly,
  plan: Plan,
  memory: Memory,
  alive: boolean,
): string[] {
  const { worlds } = assembly;
  if (simulated.live > 0) {
    const seen = worlds.flatMap((world) => world.core.record.seen(memory));
    return [...seen, stuck(simulated, plan, alive)];
  }
  const locks = worlds.flatMap((world) => world.core.record.check(memory));
  return locks.length > 0 ? locks : worlds.flatMap((world) => world.check(memory));
}

/** Ends a trial in the middle: what is wrong has been noted. */
class ExclusionFault extends Error {}

const endsTrial = (): void => {
  throw new ExclusionFault();
};

/**
 * A lock that failed to exclude is the cause of whatever was thrown.
 *
 * @throws what was thrown, if none did
 */
function faultsBehind(thrown: unknown, { worlds }: Assembly, memory: Memory): string[] {
  const seen = worlds.flatMap((world) => world.core.record.seen(memory));
  if (seen.length === 0) throw thrown;
  return thrown instanceof ExclusionFault ? seen : [...seen, `then threw ${String(thrown)}`];
}

function stuck(simulated: SimMachine, plan: Plan, alive: boolean): string {
  const left = simulated.cpus.filter(({ id }) => !simulated.hasEnded(id));
  const shown = left.slice(0, 8).map((cpu) => {
    const role = plan.roles[plan.actors[cpu.id]?.role ?? -1]?.name ?? '?';
    const lockClass = lockClasses[cpu.task.counters.indexOf(cpu.count)];
    const what = lockClass === undefined ? '' : ` for ${lockClass}`;
    return `thread ${cpu.id} (${role}) in ${simulated.describe(cpu.id)}${what}`;
  });
  const more = left.length > shown.length ? ` and ${left.length - shown.length} more` : '';
  return alive
    ? `stuck: ${left.length} threads have not ended ${(patienceNs + longestSleepNs(plan)) / 1e9} s after the window closed: ${shown.join('; ')}${more}`
    : `deadlock: nothing can happen any more, and these wait: ${shown.join('; ')}${more}`;
}

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
