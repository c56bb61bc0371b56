import { EngineFailure } from '../engine.js';
import { ThreadsAssembly } from './assembly.js';
import { measureHarness } from './calibrate.js';
import { Clock } from './clock.js';
import { loadLocks } from '../load-locks.js';
import type { Reply, Request } from './messages.js';
import { blockName, TrialRun } from './trial.js';

/**
 * The entry of a child process: runs every strategy of one block once, each with fresh workers on one
 * shared buffer, or measures the harness. One request, then it ends.
 */
const tell = (reply: Reply): Promise<void> =>
  new Promise((resolve) => {
    process.send?.(reply, undefined, undefined, () => {
      resolve();
    });
  });

async function runBlock(request: Extract<Request, { type: 'block' }>): Promise<void> {
  const { block, order, settings, strategies } = request;
  const locks = await loadLocks(settings.plan, 'direct');
  const assemblies = strategies.map(
    (strategy) => new ThreadsAssembly(settings.plan, strategy, locks),
  );
  const buffer = touched(Math.max(...assemblies.map((assembly) => assembly.words)) * 4);
  const originNs = Clock.origin();
  const clock = new Clock(originNs);
  for (const [position, index] of order.entries()) {
    const strategy = strategies[index];
    const assembly = assemblies[index];
    if (strategy === undefined || assembly === undefined) {
      throw new Error(`block ${block} names strategy ${index} of ${strategies.length}`);
    }
    const { sleeps, stuck, trial } = await new TrialRun({
      settings,
      strategy,
      assembly,
      buffer,
      clock,
      originNs,
      block,
      position,
    }).run();
    await tell({ type: 'trial', trial, sleeps });
    if (stuck !== undefined) {
      throw new EngineFailure(
        'watchdog',
        `strategy ${strategy.name}, ${blockName(block)}: ${stuck}`,
      );
    }
  }
}

/** Memory whose pages are all there, so that no fault of the host's falls into a window. */
function touched(bytes: number): SharedArrayBuffer {
  let buffer: SharedArrayBuffer;
  try {
    buffer = new SharedArrayBuffer(bytes);
  } catch (error) {
    throw new EngineFailure(
      'worker-died',
      `no ${Math.ceil(bytes / 2 ** 20)} MiB of shared memory to be had: make the workload's regions smaller, or free memory`,
      { cause: error },
    );
  }
  new Uint8Array(buffer).fill(1);
  return buffer;
}

async function answer(request: Request): Promise<void> {
  try {
    if (request.type === 'calibrate') {
      const harness = measureHarness(request.threads, request.cores);
      await tell({ type: 'calibrated', harness });
    } else {
      await runBlock(request);
    }
    await tell({ type: 'done' });
  } catch (error) {
    await tell({
      type: 'failed',
      kind: error instanceof EngineFailure ? error.kind : 'worker-died',
      message:
        error instanceof EngineFailure
          ? error.message
          : error instanceof Error
            ? (error.stack ?? error.message)
            : String(error),
    });
  }
  process.exit();
}

// A terminal's Ctrl-C reaches the whole group: the parent decides, and ends this process by its pipe.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());
process.once('message', (request: Request) => void answer(request));
