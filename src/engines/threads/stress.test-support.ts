import assert from 'node:assert/strict';
import type { LockTable } from '../../locks/registry.js';
import { builtInLocks } from '../../locks/registry.js';
import { resolveStrategy } from '../../strategies/resolve.js';
import type { Strategy } from '../../strategies/strategy.js';
import { compile } from '../../workload/compile.js';
import { parseText } from '../../workload/parse.test-support.js';
import type { Plan } from '../../workload/plan.js';
import { phase } from '../../workload/run-layout.js';
import type { HarnessCost } from '../engine.js';
import type { TrialSettings } from './messages.js';

/** Modules that must come from the direct tree, as they load workers or are one. */
const directModule = async <T>(path: string): Promise<T> =>
  (await import(new URL(`../../direct/${path}`, import.meta.url).href)) as T;

export const noHarness: HarnessCost = {
  clockNs: 0,
  clockStepNs: 0,
  emptyOperationNs: 0,
  timedOperationNs: 0,
  sleepOvershootNs: 0,
  sleepFloorNs: 0,
  spinBudgetNs: 0,
};

/** A plan from a workload's text, without its first and last lines. */
export function planOf(body: string, threads: number): Plan {
  const { workload, source, diagnostics } = parseText(`name: t\n${body}\nstrategies: [mutex]\n`);
  assert.deepEqual(diagnostics, []);
  assert.ok(workload && source);
  const compiled = compile(workload, source, {
    seed: 1,
    cores: threads,
    threads,
    usualMemory: 2 ** 30,
    privateWorlds: true,
  });
  assert.ok(compiled.ok, JSON.stringify(compiled));
  return compiled.plan;
}

export function strategyOf(name: string, locks: LockTable = builtInLocks): Strategy {
  const resolved = resolveStrategy(name, locks);
  assert.ok(resolved.ok, `${name} resolves`);
  return resolved.strategy;
}

export interface Stress {
  readonly plan: Plan;
  readonly strategy: Strategy;
  /** Operations of all threads together after which they are told to stop. */
  readonly operations: number;
  /** CPUs that the threads are told there are. */
  readonly cores: number;
  readonly limitMs: number;
}

/**
 * Runs a plan on real threads until so many operations are done, and gives what is broken then.
 *
 * @throws if a thread fails, or if it takes longer than the limit: then it says who is where
 */
export async function stress(job: Stress): Promise<readonly string[]> {
  const { cores, limitMs, operations, plan, strategy } = job;
  const [{ ThreadsAssembly }, { Crew }, { Clock }, { Progress }, { loadLocks }, { ArrayMemory }] =
    await Promise.all([
      directModule<typeof import('./assembly.js')>('engines/threads/assembly.js'),
      directModule<typeof import('./crew.js')>('engines/threads/crew.js'),
      directModule<typeof import('./clock.js')>('engines/threads/clock.js'),
      directModule<typeof import('./progress.js')>('engines/threads/progress.js'),
      directModule<typeof import('../load-locks.js')>('engines/load-locks.js'),
      directModule<typeof import('../../machine/memory.js')>('machine/memory.js'),
    ]);
  const assembly = new ThreadsAssembly(plan, strategy, await loadLocks(plan, 'direct'));
  const buffer = new SharedArrayBuffer(assembly.words * 4);
  const words = new Int32Array(buffer);
  const memory = new ArrayMemory(words);
  for (const world of assembly.worlds) world.initialise(memory);
  const originNs = Clock.origin();
  const clock = new Clock(originNs);
  const settings: TrialSettings = {
    plan,
    cores,
    harness: noHarness,
    gaps: plan.roles.map((role) => role.rows.map(() => 64)),
    watchdogNs: 0,
  };
  const crew = new Crew(
    plan.actors.map((_, thread) => ({ buffer, originNs, settings, strategy, thread, block: 1 })),
  );
  const progress = new Progress(words, assembly, plan, clock.now());
  const enter = (next: number): void => {
    Atomics.store(words, assembly.run.phase, next);
    Atomics.notify(words, assembly.run.phase);
  };
  await crew.assembled();
  const beganNs = clock.now();
  enter(phase.window);
  let done = 0;
  let closed = false;
  while (crew.running.length > 0) {
    await crew.pass(20);
    done += progress.advance(clock.now());
    if (crew.casualty !== undefined) {
      await crew.disband();
      throw new Error(`thread ${crew.casualty.thread}: ${crew.casualty.message}`);
    }
    if (!closed && done >= operations) {
      closed = true;
      enter(phase.closed);
    }
    if (clock.now() - beganNs > limitMs * 1e6) {
      const who = progress.describe(crew.running);
      await crew.disband();
      throw new Error(
        `${strategy.name}: ${done} of ${operations} operations in ${limitMs} ms; ${who}`,
      );
    }
  }
  await crew.disband();
  return assembly.worlds.flatMap((world) => world.check(memory));
}
