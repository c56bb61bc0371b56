import type { Layout } from '../machine/layout.js';
import type { LockTable } from '../locks/registry.js';
import { RecorderLayout } from '../measure/recorder-layout.js';
import { Model } from '../mm/model.js';
import { privateWorld, sharedWorld } from '../mm/world.js';
import type { Strategy } from '../strategies/strategy.js';
import type { Plan } from '../workload/plan.js';
import { RunLayout } from '../workload/run-layout.js';

/**
 * Everything of one trial and where it lies in the shared words. Assembled by everyone who has a part in the trial; as
 * the layout is deterministic, all find the same words.
 */
export class Assembly {
  readonly run: RunLayout;
  readonly recorder: RecorderLayout;
  /** One, with all processes; or one a thread where the strategy shares nothing. */
  readonly worlds: readonly Model[];
  readonly #private: boolean;
  readonly #processes: readonly number[];

  readonly #layout: Layout;

  /** @param layout what an engine needs besides can be dealt out before or after */
  constructor(plan: Plan, strategy: Strategy, locks: LockTable, layout: Layout) {
    this.#layout = layout;
    this.run = new RunLayout(layout, plan.threads);
    this.recorder = new RecorderLayout(
      layout,
      plan.actors.map((actor) => plan.roles[actor.role]?.rows.length ?? 0),
    );
    this.#private = strategy.granularity === 'private';
    this.#processes = plan.actors.map((actor) => (this.#private ? 0 : actor.process));
    const worlds = this.#private
      ? plan.actors.map((_, thread) => privateWorld(plan, thread))
      : [sharedWorld(plan)];
    this.worlds = worlds.map((world) => new Model(layout, plan, strategy, locks, world));
  }

  /** 32-bit words that the trial needs. */
  get words(): number {
    return this.#layout.words;
  }

  /** The world a thread runs in. */
  world(thread: number): Model {
    return this.worlds[this.#private ? thread : 0] as Model;
  }

  /** The process within its world that a thread runs in. */
  process(thread: number): number {
    return this.#processes[thread] ?? 0;
  }

  /** Word at which the contents of a thread's frame 0 begin. */
  framesWord(thread: number): number {
    return this.world(thread).framesWord;
  }
}
