import { pageWords } from '../machine/layout.js';
import { vmaWords } from '../mm/vma.js';
import { frameRecordWords } from '../mm/frame.js';
import { diagnosticCodes, type Diagnostic } from './diagnostic.js';
import type { FrameNeed } from './physical-memory.js';
import type { Plan } from './plan.js';
import type { WorkloadSource } from './source.js';
import { formatSize } from './units.js';

/** The model names words by signed 32-bit integers. */
const mostBytes = 2 ** 31 * 4;

const wordBytes = 4;
/** A frame's content, its record, and its place on a list. */
const frameBytes = (pageWords + frameRecordWords + 1) * wordBytes;
/** A VMA's record, its leaf of the index with the copies that wait for readers, its links in reverse maps. */
const vmaBytes = vmaWords * wordBytes * 4;
/** Locks, tables and lists of one world. */
const worldBytes = 2 ** 20;

/** Bytes of one region: page tables and VMAs in every process, and its frames. */
function regionBytes(plan: Plan, index: number, frames: number): number {
  const region = plan.space.regions[index];
  if (region === undefined) return 0;
  const { processes } = plan.space;
  const tables = region.vmas * region.pages * wordBytes * processes;
  return tables + region.vmas * vmaBytes * processes + frames * frameBytes;
}

/** Bytes that one trial of the plan takes, at most about. */
export function memoryNeed(plan: Plan, need: FrameNeed, privateWorlds: boolean): number {
  const { processes, mappablePages, regions } = plan.space;
  const spaces = regions.reduce((sum, _, i) => sum + regionBytes(plan, i, 0), 0);
  const mappable = 2 * mappablePages * (wordBytes + vmaBytes / 64) * processes;
  const world = spaces + mappable + need.frames * frameBytes + worldBytes;
  // With `private` every thread has a world of one process.
  return privateWorlds ? Math.max(world, plan.threads * world) : world;
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
