import { Explorer } from './explorer.js';
import type { FoundFault, ScheduledStep } from './fault.js';
import type { Subject } from './machine.js';
import { deviation } from './opcodes.js';

export interface Shortest {
  readonly fault: FoundFault;
  /** Changes of thread in it. */
  readonly switches: number;
  /** No schedule with fewer shows this kind of fault. */
  readonly isLeast: boolean;
}

/** Executions between two looks at the clock. */
const stride = 500;

/**
 * Looks for the same kind of fault with as few changes of thread as there can be, and with no more
 * deviations: all schedules with none, then with one, and so on, as long as the time lasts. What it finds
 * is never longer than what was found.
 */
export function findShortest(
  subject: Subject,
  found: FoundFault,
  maxSteps: number,
  timeMs: number,
): Shortest {
  const until = performance.now() + timeMs;
  const known = countSwitches(found.schedule);
  const deviations = found.schedule.filter(({ choice }) => choice !== deviation.none).length;
  for (let switches = 0; switches < known; switches++) {
    for (let allowed = 0; allowed <= deviations; allowed++) {
      const explorer = new Explorer(subject, {
        reduction: 'switches',
        maxSwitches: switches,
        deviations: allowed,
        only: found.kind,
        maxSteps,
      });
      while (!explorer.explore(stride)) {
        if (performance.now() > until) return { fault: found, switches: known, isLeast: false };
      }
      const [fault] = explorer.faults;
      if (fault !== undefined) return { fault, switches, isLeast: true };
    }
  }
  return { fault: found, switches: known, isLeast: true };
}

export const countSwitches = (schedule: readonly ScheduledStep[]): number =>
  schedule.filter((step, i) => i > 0 && schedule[i - 1]?.thread !== step.thread).length;
