import { Layout } from '../../machine/layout.js';
import type { LockTable } from '../../locks/registry.js';
import { RecorderLayout } from '../../measure/recorder-layout.js';
import { Model } from '../../mm/model.js';
import { privateWorld, sharedWorld } from '../../mm/world.js';
import type { Strategy } from '../../strategies/strategy.js';
import type { Plan } from '../../workload/plan.js';
import { RunLayout } from '../../workload/run-layout.js';
import { ControlLayout } from './control.js';

/**
 * Everything of one trial and where it lies in the shared buffer. Assembled by every worker and by the
 * process that controls them; as the layout is deterministic, all find the same words.
 */
export class Assembly {
  readonly run: RunLayout;
  readonly control: ControlLayout;
  readonly recorder: RecorderLayout;
  /** One, with all processes; or one a thread where the strategy shares nothing. */
  readonly worlds: readonly Model[];
  /** 32-bit words that the trial needs, the contents of the frames included. */
  readonly words: number;
  readonly #private: boolean;
  readonly #processes: readonly number[];

  constructor(plan: Plan, strategy: Strategy, locks: LockTable) {
    const layout = new Layout();
    this.run = new RunLayout(layout, plan.threads);
    this.control = new ControlLayout(layout, plan.threads);
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
    this.words = layout.words;
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
