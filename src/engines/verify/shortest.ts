import { Explorer, type ExplorerOptions } from './explorer.js';
import type { FoundFault, ScheduledStep } from './fault.js';
import type { Subject } from './subject.js';
import { deviation } from './opcodes.js';

export interface Shortest {
  readonly fault: FoundFault;
  /** Changes of thread in it. */
  readonly switches: number;
  /** No schedule with fewer shows this kind of fault. */
  readonly isLeast: boolean;
  /** Deviations that were allowed in the exploration that found it: `play` needs to know. */
  readonly deviations: number;
}

/** Executions between two looks at the clock. */
const stride = 500;

/**
 * Looks for the same kind of fault with as few changes of thread as there can be, and no more deviations:
 * all schedules with none, then with one, and so on; then for the one with the fewest steps among those.
 * What it has when the time is over is never longer than what was found.
 */
export function findShortest(
  subject: Subject,
  found: FoundFault,
  bounds: { readonly maxSteps: number; readonly deviations: number },
  timeMs: number,
): Shortest {
  const until = performance.now() + timeMs;
  const used = found.schedule.filter(({ choice }) => choice !== deviation.none).length;
  let best: Shortest = {
    fault: found,
    switches: countSwitches(found.schedule),
    isLeast: false,
    deviations: bounds.deviations,
  };
  for (let switches = 0; switches <= best.switches; switches++) {
    for (let deviations = 0; deviations <= used; deviations++) {
      const isShorter = switches < best.switches;
      const maxSteps = isShorter ? bounds.maxSteps : best.fault.schedule.length - 1;
      if (maxSteps <= 0) break;
      const limits = { maxSwitches: switches, deviations, maxSteps, only: found.kind };
      const fault = findFirst(subject, limits, until);
      if (fault === 'late') return { ...best, isLeast: !isShorter };
      if (fault === undefined) continue;
      best = { fault, switches, isLeast: true, deviations };
      // Once more, for one with fewer steps.
      deviations--;
    }
  }
  return { ...best, isLeast: true };
}

function findFirst(
  subject: Subject,
  options: ExplorerOptions,
  until: number,
): FoundFault | 'late' | undefined {
  const explorer = new Explorer(subject, { ...options, reduction: 'switches' });
  while (!explorer.explore(stride)) if (performance.now() > until) return 'late';
  return explorer.faults[0];
}

export const countSwitches = (schedule: readonly ScheduledStep[]): number =>
  schedule.filter((step, i) => i > 0 && schedule[i - 1]?.thread !== step.thread).length;
