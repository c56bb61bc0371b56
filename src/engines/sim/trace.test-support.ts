import assert from 'node:assert/strict';
import { builtInLocks } from '../../locks/registry.js';
import type { MachinePlan, Plan } from '../../workload/plan.js';
import { planOf, strategyOf } from '../threads/stress.test-support.js';
import { builtInMachine } from './read-machine.js';
import type { Trace, TraceLimits } from './trace.js';
import { traceTrial } from './trace-trial.js';
import type { Trial } from '../trial.js';
import { runTrial } from './trial.js';

/** Faults against a mapper, and an open loop that waits for a device: all that a trace can show. */
const faults = `space:
  regions:
    - { name: heap, kind: anon, vmas: 8, pages: 512 }
    - { name: text, kind: file, pages: 512, resident: 0%, io: 20us }
roles:
  - { name: faulter, threads: 100%, ops: [{ op: fault, region: heap, access: write, pick: sequential, span: 64 }] }
  - { name: mapper, threads: 1, ops: [{ op: mmap, pages: 16 }, { op: fault, region: mapped, pages: 16 }, { op: munmap, region: mapped }] }
  - { name: reader, threads: 1, rate: 200000/s, arrival: constant, ops: [{ op: fault, region: text, access: read, pick: random }] }
run: { duration: 400us, warmup: 100us, blocks: 1 }`;

/** Every thread takes one lock for a µs, again and again. */
export const sections = `roles:
  - { name: worker, threads: 100%, ops: [{ op: section, lock: mmap_lock, write: 100%, hold: 1us }] }
run: { duration: 200us, warmup: 20us, blocks: 1 }`;

export interface Traced {
  readonly plan: Plan;
  readonly machine: MachinePlan;
  readonly trial: Trial;
  readonly trace: Trace;
}

/** What is traced: by default all of the window. */
export interface TracedSetting {
  readonly body?: string;
  readonly threads?: number;
  readonly cpus?: number;
  /** Half the CPUs, that a host below them has. */
  readonly isGuest?: boolean;
  readonly strategy?: string;
  readonly windowNs?: number;
  readonly limits?: TraceLimits;
}

function settingOf(setting: TracedSetting) {
  const cpus = setting.cpus ?? 4;
  const { profile: usual } = builtInMachine('laptop-8');
  // So short that threads take turns within the window.
  const laptop = { ...usual, scheduler: { ...usual.scheduler, slice: 50_000 } };
  const { hypervisor } = builtInMachine('guest-2x').profile;
  assert.ok(hypervisor !== null);
  const host = { ...hypervisor, physicalCpus: cpus / 2, slice: 30_000 };
  const profile = setting.isGuest === true ? { ...laptop, hypervisor: host } : laptop;
  const plan = planOf(setting.body ?? faults, setting.threads ?? 4);
  const strategy = strategyOf(setting.strategy ?? 'rwsem-spin');
  return { plan, machine: { profile, cpus }, strategy };
}

export function traced(setting: TracedSetting = {}): Traced {
  const { plan, machine, strategy } = settingOf(setting);
  const { windowNs = Infinity, limits } = setting;
  const traced = traceTrial(plan, machine, strategy, builtInLocks, 1, windowNs, limits);
  return { plan, machine, ...traced };
}

/** The same trial without a trace. */
export function untraced(setting: TracedSetting = {}): Trial {
  const { plan, machine, strategy } = settingOf(setting);
  return runTrial(plan, machine, strategy, builtInLocks, 1, 0).trial;
}
