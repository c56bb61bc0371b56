import { median } from 'simple-statistics';
import { builtInLocks } from '../locks/registry.js';
import { direct } from '../machine/steps.js';
import type * as modelModule from '../mm/model.js';
import { sharedWorld } from '../mm/world.js';
import { resolveStrategy } from '../strategies/resolve.js';
import type { Plan, RegionPlan } from '../workload/plan.js';
import { directModule } from './direct-tree.js';
import { singleThread, type ThreadCpuModule } from './single-thread.js';

const heap = (pages: number): RegionPlan => ({
  name: 'heap',
  kind: 'anon',
  vmas: 1,
  pages,
  resident: 0,
  ioNs: 0,
  writable: true,
  shared: false,
  executable: false,
  probes: 0,
});

/** One thread that faults a heap; its operations are called by hand, so it has no roles. */
const planOf = (pages: number): Plan => ({
  workload: 'fault-cost',
  seed: 1,
  threads: 1,
  space: {
    processes: 1,
    regions: [heap(pages)],
    mappablePages: 64,
    frames: pages + 512,
    memoryBytes: 0,
    notifierShare: 0,
    notifierNs: 0,
  },
  roles: [],
  actors: [{ role: 0, index: 0, process: 0 }],
  run: { durationNs: 0, warmupNs: 0, blocks: 1 },
  userLocks: {},
});

/**
 * What an anonymous write fault costs a thread that is alone, in ns: the zeroed page, the uncontended locks
 * and all else included. The thread faults `pages` pages one after another and then drops them, untimed;
 * the frames come back last-in first-out, so a small number stays in the cache. `strategy` has a name.
 */
export async function measureFault(pages: number, strategy: string): Promise<number> {
  const { Model } = (await directModule('mm/model.js')) as typeof modelModule;
  const { ThreadCpu } = (await directModule('engines/threads/thread-cpu.js')) as ThreadCpuModule;
  const resolved = resolveStrategy(strategy, builtInLocks);
  if (!resolved.ok) throw new Error(`${strategy} is not a strategy`);
  const plan = planOf(pages);
  const { parts, built } = singleThread(0, (layout) => {
    return new Model(layout, plan, resolved.strategy, builtInLocks, sharedWorld(plan));
  });
  const cpu = new ThreadCpu({ ...parts, framesWord: built.framesWord });
  built.initialise(cpu.memory);
  const operations = direct(built.operations);
  const start = built.regionStart(0);
  const passes = Math.ceil(100_000 / pages);
  let best = Infinity;
  for (let round = 0; round < 36; round++) {
    // The median pass, as one in which the thread was switched out is a hundred times as long as the rest.
    const took = Array.from({ length: passes }, () => {
      const began = performance.now();
      for (let page = start; page < start + pages; page++) operations.fault(cpu, page, 1);
      const ms = performance.now() - began;
      operations.madvise(cpu, start, pages);
      return ms;
    });
    best = Math.min(best, (median(took) * 1e6) / pages);
  }
  const broken = built.check(cpu.memory);
  if (broken.length > 0) throw new Error(broken.join('\n'));
  return best;
}
