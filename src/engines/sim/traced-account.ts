import { TimeAccount } from './time-account.js';
import type { Tracer } from './tracer.js';

/** An account of which every entry is told. */
export class TracedAccount extends TimeAccount {
  readonly #tracer: Tracer;

  constructor(threads: number, tracer: Tracer) {
    super(threads);
    this.#tracer = tracer;
  }

  override spend(thread: number, place: number, ns: number): void {
    const from = this.upTo[thread] as number;
    this.#tracer.spends(thread, place, from, from + ns);
    super.spend(thread, place, ns);
  }
}
