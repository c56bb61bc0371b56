import { plainOperation } from '../../workload/plain-operation.js';
import { Layout } from '../../machine/layout.js';
import type { Cpu } from '../../machine/cpu.js';
import { direct, type Steps } from '../../machine/steps.js';
import { Recorder } from '../../measure/recorder.js';
import { RecorderLayout } from '../../measure/recorder-layout.js';
import { Actor } from '../../workload/actor.js';
import type { OperationSteps } from '../../workload/operation-steps.js';
import type { Plan } from '../../workload/plan.js';
import { phase, RunLayout } from '../../workload/run-layout.js';
import type { HarnessCost } from '../engine.js';
import { Clock } from './clock.js';
import { ControlLayout } from './control.js';
import { ThreadCpu } from './thread-cpu.js';
import { momentMs, spinBudgetNs } from './waiting.js';

/** A sleep whose overshoot is typical: long enough for the timer, short enough to measure many. */
const typicalSleepMs = 0.2;
const neverTimed = 2 ** 30;

/**
 * Measures what the harness itself costs here: the clock, sleeping, and an operation that does nothing
 * through the whole actor loop, timed and not. Takes about a third of a second on the calling thread.
 */
export function measureHarness(threads: number, cores: number): HarnessCost {
  const clock = new Clock(Clock.origin());
  return {
    ...clockCost(clock),
    ...sleepCost(clock),
    emptyOperationNs: emptyOperation(clock, neverTimed),
    timedOperationNs: emptyOperation(clock, 1),
    spinBudgetNs: spinBudgetNs(threads, cores),
  };
}

function clockCost(clock: Clock): Pick<HarnessCost, 'clockNs' | 'clockStepNs'> {
  const readings = 20_000;
  let clockNs = Infinity;
  let clockStepNs = Infinity;
  for (let round = 0; round < 10; round++) {
    const began = clock.now();
    let last = began;
    for (let i = 0; i < readings; i++) {
      const now = clock.now();
      if (now > last && now - last < clockStepNs) clockStepNs = now - last;
      last = now;
    }
    clockNs = Math.min(clockNs, (clock.now() - began) / readings);
  }
  return { clockNs, clockStepNs };
}

function sleepCost(clock: Clock): Pick<HarnessCost, 'sleepOvershootNs' | 'sleepFloorNs'> {
  const word = new Int32Array(new SharedArrayBuffer(4));
  const sleep = (ms: number): number => {
    const took = Array.from({ length: 50 }, () => {
      const before = clock.now();
      Atomics.wait(word, 0, 0, ms);
      return clock.now() - before;
    });
    return took.sort((a, b) => a - b)[took.length >> 1] as number;
  };
  return {
    sleepOvershootNs: Math.max(0, sleep(typicalSleepMs) - typicalSleepMs * 1e6),
    sleepFloorNs: sleep(momentMs),
  };
}

/** Does nothing, and closes the trial after so many times. */
class EmptyOperations {
  readonly #phaseWord: number;
  #left: number;

  constructor(phaseWord: number, times: number) {
    this.#phaseWord = phaseWord;
    this.#left = times;
  }

  *section(cpu: Cpu): Steps<number> {
    if (--this.#left === 0) yield cpu.store(this.#phaseWord, phase.closed);
    return 0;
  }
}

/** ns of one empty operation: the least of several runs, after the code is hot. */
function emptyOperation(clock: Clock, gap: number): number {
  const times = 200_000;
  let least = Infinity;
  for (let round = 0; round < 8; round++) {
    const layout = new Layout();
    const run = new RunLayout(layout, 1);
    const control = new ControlLayout(layout, 1);
    const recorderLayout = new RecorderLayout(layout, [1]);
    const words = new Int32Array(new SharedArrayBuffer(layout.words * 4));
    const actor = direct(
      new Actor({
        plan: emptyPlan,
        thread: 0,
        // Only `section` is ever called.
        operations: new EmptyOperations(run.phase, times) as unknown as OperationSteps,
        regionStarts: [],
        recorder: new Recorder(words, recorderLayout, 0, [gap], round),
        run,
      }),
    );
    const self = new ThreadCpu({
      words,
      control,
      run,
      clock,
      id: 0,
      threads: 1,
      cores: 1,
      framesWord: 0,
      sleepOvershootNs: 0,
      seed: round,
    });
    words[run.phase] = phase.window;
    const began = clock.now();
    actor.run(self);
    least = Math.min(least, (clock.now() - began) / times);
  }
  return least;
}

const emptyPlan: Plan = {
  workload: 'empty',
  seed: 0,
  threads: 1,
  space: {
    processes: 1,
    regions: [],
    mappablePages: 0,
    frames: 0,
    memoryBytes: 0,
    notifierShare: 0,
    notifierNs: 0,
  },
  roles: [
    {
      name: 'empty',
      main: true,
      threads: 1,
      weighted: false,
      rows: ['section'],
      thinkNs: 0,
      rate: 0,
      arrival: 'constant',
      ops: [{ ...plainOperation, op: 'section', row: 0, weight: 1 }],
    },
  ],
  actors: [{ role: 0, index: 0, process: 0 }],
  run: { durationNs: 0, warmupNs: 0, blocks: 1 },
  userLocks: {},
};
