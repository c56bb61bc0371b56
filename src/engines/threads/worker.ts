import { readlinkSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { deriveSeed } from '../../machine/random.js';
import { direct } from '../../machine/steps.js';
import { Recorder } from '../../measure/recorder.js';
import { Actor } from '../../workload/actor.js';
import { phase } from '../../workload/run-layout.js';
import { ThreadsAssembly } from './assembly.js';
import { Clock } from './clock.js';
import { loadLocks } from '../load-locks.js';
import type { WorkerMessage, WorkerSetup } from './messages.js';
import { queuedSoFar, type Queued } from './processor-time.js';
import { ThreadCpu } from './thread-cpu.js';

const tell = (message: WorkerMessage): void => parentPort?.postMessage(message);

/** Plays one thread of one trial. Gives how long it had to wait for a CPU. */
async function play({
  buffer,
  originNs,
  settings,
  strategy,
  thread,
  block,
}: WorkerSetup): Promise<Queued | undefined> {
  const { plan, cores, harness, gaps } = settings;
  const words = new Int32Array(buffer);
  const clock = new Clock(originNs);
  const assembly = new ThreadsAssembly(plan, strategy, await loadLocks(plan, 'direct'));
  const { control, run } = assembly;
  const self = new ThreadCpu({
    words,
    control,
    run,
    clock,
    id: thread,
    threads: plan.threads,
    cores,
    framesWord: assembly.framesWord(thread),
    sleepOvershootNs: harness.sleepOvershootNs,
    seed: deriveSeed(plan.seed, block, thread, 0),
  });
  self.task.process = assembly.process(thread);
  const world = assembly.world(thread);
  const role = plan.actors[thread]?.role ?? -1;
  const recorder = new Recorder(
    words,
    assembly.recorder,
    thread,
    gaps[role] ?? [],
    deriveSeed(plan.seed, block, thread, 1),
  );
  const actor = direct(
    new Actor({
      plan,
      thread,
      operations: world.operations,
      regionStarts: plan.space.regions.map((_, region) => world.regionStart(region)),
      recorder,
      run,
    }),
  );
  tell({ type: 'ready', systemThread: systemThread() });
  Atomics.wait(words, run.phase, phase.waiting);
  try {
    actor.run(self);
  } finally {
    self.end();
    recorder.publishSleeps(self.sleepAskedNs, self.sleepTookNs);
  }
  return queuedSoFar(clock.now());
}

/** Linux names a thread `<process>/task/<thread>`. */
function systemThread(): number {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  } catch {
    return 0;
  }
}

try {
  tell({ type: 'ended', queued: await play(workerData as WorkerSetup) });
} catch (error) {
  tell({
    type: 'threw',
    message: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    stack: error instanceof Error ? (error.stack ?? '') : '',
  });
}
