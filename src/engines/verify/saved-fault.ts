import { z } from 'zod';
import { faultKinds, type FaultKind } from './fault.js';
import { scenarioLabel } from './lock-scenarios.js';
import { play, type Played } from './play.js';
import type { Target } from './target.js';
import type { TargetFault } from './verify-target.js';

const kinds = Object.keys(faultKinds) as [FaultKind, ...FaultKind[]];

const schema = z.strictObject({
  format: z.literal('mmlock-verify'),
  version: z.literal(1),
  target: z.strictObject({
    /** The name of a built-in lock or a strategy, or the path of a lock file. */
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
  target: Target,
  { scenario, fault, switches, isLeast, deviations }: TargetFault,
): SavedFault {
  const { steps } = play(target.subject(scenario), fault.schedule, deviations);
  return {
    format: 'mmlock-verify',
    version: 1,
    target: { word, name: target.name, sha256: target.textHash() },
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
  /** Its text is not the one in which the fault was found. */
  readonly changed: boolean;
  readonly label: string;
}

/**
 * Plays a saved interleaving again with the target as it is now.
 *
 * @throws Error if it cannot do what the scenario asks of it
 */
export function replayFault(saved: SavedFault, target: Target): Replayed {
  const scenario = { threads: saved.scenario };
  const schedule = saved.schedule.map(([thread, choice]) => ({ thread, choice }));
  return {
    ...play(target.subject(scenario), schedule, saved.deviations),
    changed: target.textHash() !== saved.target.sha256,
    label: scenarioLabel(scenario),
  };
}
