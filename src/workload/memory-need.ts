import { pageWords, structureWords } from '../machine/layout.js';
import { entriesPerTable } from '../mm/page-entry.js';
import { spaceShape } from '../mm/space-shape.js';
import { frameRecordWords } from '../mm/frame.js';
import { diagnosticCodes, type Diagnostic } from './diagnostic.js';
import type { FrameNeed } from './physical-memory.js';
import type { Plan } from './plan.js';
import type { WorkloadSource } from './source.js';
import { formatSize } from './units.js';

/** The model names words by signed 32-bit integers. */
const mostBytes = 2 ** 31 * 4;

const wordBytes = 4;
/** A frame's record, its place on a list, and its content, which on a simulated machine nobody needs. */
const frameBytes = (plan: Plan): number =>
  ((plan.machine === undefined ? pageWords : 0) + frameRecordWords + 1) * wordBytes;
/** A page's entry, with its share of the lock of 512. */
const pageBytes = wordBytes + (structureWords * wordBytes) / entriesPerTable;
/** A VMA's record, its leaf of the index with the copies that wait for readers, its reverse maps and their locks. */
const vmaBytes = 1024;
/** Of each VMA for each thread: what the lock of its reverse map keeps for a waiter. */
const vmaThreadBytes = 128;
/** Locks, tables and lists of one world. */
const worldBytes = 2 ** 20;

/** Address spaces of one world: processes, and a child of each thread if any thread forks. */
function spacesOf(plan: Plan, processes: number, threads: number): number {
  const forks = plan.roles.some((role) => role.ops.some((entry) => entry.op === 'fork'));
  return processes + (forks ? threads : 0);
}

const bytesOfVma = (plan: Plan): number => vmaBytes + plan.threads * vmaThreadBytes;

/** Bytes of one region: page tables and VMAs in every address space, its page cache, and its frames. */
function regionBytes(plan: Plan, index: number, frames: number): number {
  const region = plan.space.regions[index];
  if (region === undefined) return 0;
  const spaces = spacesOf(plan, plan.space.processes, plan.threads);
  const pages = region.vmas * region.pages;
  return spaces * (pages * pageBytes + region.vmas * bytesOfVma(plan)) + frames * frameBytes(plan);
}

/** Bytes that one trial of the plan takes, at most about. */
export function memoryNeed(plan: Plan, need: FrameNeed, privateWorlds: boolean): number {
  const { space, threads } = plan;
  const shape = spaceShape(space);
  const spaceBytes = shape.pages * pageBytes + shape.vmas * bytesOfVma(plan);
  const cached = space.regions.reduce(
    (sum, { kind, vmas, pages }) => sum + (kind === 'file' ? vmas * pages * wordBytes : 0),
    0,
  );
  const fixed = cached + need.frames * frameBytes(plan) + worldBytes;
  const world = spacesOf(plan, space.processes, threads) * spaceBytes + fixed;
  // With `private` every thread has a world of one process.
  const each = spacesOf(plan, 1, 1) * spaceBytes + fixed;
  return privateWorlds ? Math.max(world, threads * each) : world;
}

/** Refuses a plan that does not fit the memory given, at the region that asks for most. */
export function checkMemory(
  plan: Plan,
  need: FrameNeed,
  privateWorlds: boolean,
  source: WorkloadSource,
): Diagnostic[] {
  const bytes = memoryNeed(plan, need, privateWorlds);
  const given = Math.min(plan.space.memoryBytes, mostBytes);
  if (bytes <= given) return [];
  const sizes = plan.space.regions.map((_, i) => regionBytes(plan, i, need.regions[i] ?? 0));
  const largest = sizes.indexOf(Math.max(...sizes));
  const region = plan.space.regions[largest];
  const memory =
    given === mostBytes
      ? `${formatSize(given)}, the most that the model can address: make it smaller`
      : `${formatSize(given)} given: make it smaller, or give more with space.memory or --memory`;
  const each = privateWorlds
    ? ` (strategy private: once for each of the ${plan.threads} threads)`
    : '';
  const all = `the workload needs ${formatSize(bytes, Math.ceil)}${each} of ${memory}`;
  if (region === undefined) {
    return [source.diagnostic(diagnosticCodes.memory, ['roles'], all, 'key')];
  }
  const message = `region "${region.name}" is too large: ${all}`;
  return [source.diagnostic(diagnosticCodes.memory, ['space', 'regions', largest], message)];
}
