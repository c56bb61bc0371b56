import { z } from 'zod';
import type { LockDefinition } from '../../locks/definition.js';
import { faultKinds, type FaultKind } from './fault.js';
import { scenarioLabel } from './lock-scenarios.js';
import { lockSubject } from './lock-subject.js';
import { lockTextHash } from './lock-text.js';
import { play, type Played } from './play.js';
import type { LockFault } from './verify-lock.js';

const kinds = Object.keys(faultKinds) as [FaultKind, ...FaultKind[]];

const schema = z.strictObject({
  format: z.literal('mmlock-verify'),
  version: z.literal(1),
  lock: z.strictObject({
    /** A built-in lock's name, or the path of a lock file. */
    word: z.string(),
    name: z.string(),
    sha256: z.string(),
  }),
  /** What each thread does, as in `Scenario`. */
  scenario: z.array(z.array(z.string())).min(1),
  deviations: z.number().int().min(0),
  fault: z.strictObject({ kind: z.enum(kinds), message: z.string() }),
  switches: z.number().int().min(0),
  /** No interleaving with fewer changes of thread shows it. */
  least: z.boolean(),
  /** [thread, deviation] of each step, those inside the checker included. */
  schedule: z.array(z.tuple([z.number().int().min(0), z.number().int().min(0)])),
  /** The steps for a person, one column a thread. */
  steps: z.array(z.strictObject({ thread: z.number().int().min(0), text: z.string() })),
});

/** A fault with all that is needed to play it again. */
export type SavedFault = z.infer<typeof schema>;

export function savedFault(
  word: string,
  definition: LockDefinition,
  { scenario, fault, switches, isLeast, deviations }: LockFault,
): SavedFault {
  const { steps } = play(lockSubject(definition, scenario), fault.schedule, deviations);
  return {
    format: 'mmlock-verify',
    version: 1,
    lock: { word, name: definition.name, sha256: lockTextHash(definition) },
    scenario: scenario.threads.map((actions) => [...actions]),
    deviations,
    fault: { kind: fault.kind, message: fault.message },
    switches,
    least: isLeast,
    schedule: fault.schedule.map(({ thread, choice }) => [thread, choice]),
    steps: [...steps],
  };
}

export type ParsedFault =
  | { readonly ok: true; readonly saved: SavedFault }
  | { readonly ok: false; readonly message: string };

/** Reads what `savedFault` gave, as JSON. */
export function parseSavedFault(text: string): ParsedFault {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, message: `is not JSON: ${String(error)}` };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, saved: parsed.data };
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  return {
    ok: false,
    message: `is not an interleaving that mmlock verify saved: ${where === '' ? '' : `${where}: `}${issue?.message ?? ''}`,
  };
}

export interface Replayed extends Played {
  /** The lock's text is not the one in which the fault was found. */
  readonly changed: boolean;
  readonly label: string;
}

/**
 * Plays a saved interleaving again with the lock as it is now.
 *
 * @throws Error if the lock cannot do what the scenario asks of it
 */
export function replayFault(saved: SavedFault, definition: LockDefinition): Replayed {
  const scenario = { threads: saved.scenario };
  const schedule = saved.schedule.map(([thread, choice]) => ({ thread, choice }));
  return {
    ...play(lockSubject(definition, scenario), schedule, saved.deviations),
    changed: lockTextHash(definition) !== saved.lock.sha256,
    label: scenarioLabel(scenario),
  };
}
