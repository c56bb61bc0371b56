import type { RecordingReader } from '../measure/read-rows.js';
import type { Plan } from '../workload/plan.js';
import type { Trial } from './trial.js';

/** What the threads of a trial recorded, by role and row. */
export function readTrial(
  reader: RecordingReader,
  plan: Plan,
  gaps: readonly (readonly number[])[],
): Pick<Trial, 'rows' | 'counters' | 'events'> {
  const rows = plan.roles.flatMap((role, index) => {
    const threads = plan.actors.flatMap((actor, thread) => (actor.role === index ? [thread] : []));
    const starvationNs = reader.starvationNs(threads);
    return role.rows.map((op, row) => ({
      role: role.name,
      op,
      gap: gaps[index]?.[row] ?? 1,
      starvationNs,
      ...reader.row(threads, row),
    }));
  });
  return { rows, counters: reader.counters(plan.threads), events: reader.events(plan.threads) };
}
