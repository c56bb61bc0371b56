import type { Random } from '../machine/random.js';
import {
  mappedRegion,
  type OperationName,
  type OperationPlan,
  type RolePlan,
  type SpacePlan,
} from './plan.js';

/** What an entry does, as a small integer for the actor's switch. */
export const opcode = {
  fault: 0,
  mmap: 1,
  munmap: 2,
  mprotect: 3,
  brk: 4,
  madvise: 5,
  fork: 6,
  gup: 7,
  'gup-fast': 8,
  'rmap-walk': 9,
  notifier: 10,
  'uprobe-register': 11,
  'uprobe-unregister': 12,
  'exec-text': 13,
  'file-write': 14,
  truncate: 15,
  section: 16,
} as const satisfies Record<OperationName, number>;

/** Operations whose `pages` is how often they are done in a round, a page each. */
const repeated: ReadonlySet<OperationName> = new Set(['fault', 'exec-text', 'file-write']);

/** Name of the row in which the dropping of a span after each pass is reported. */
export const refillRow = 'refill';

const gupPolicy = { locked: 0, unlocked: 1, fast: 2, '': -1 } as const;

/**
 * One entry of a role as one thread plays it: the plan's, flattened to numbers, and where the thread is in
 * its span. Private to the thread.
 */
export class ActorEntry {
  readonly opcode: number;
  readonly row: number;
  /** Row of `madvise` at the end of a pass, or -1: the span is never dropped. */
  readonly refill: number;
  readonly region: number;
  /** Its first page in this thread's address space; 0 where there is no region. */
  readonly regionStart: number;
  /** 1: its place is in what the thread has mapped last. Flags are numbers, which V8 tests in one compare. */
  readonly onMapped: 0 | 1;
  readonly file: number;
  /** Calls in a round. */
  readonly repeats: number;
  /** Pages of one call. */
  readonly pages: number;
  readonly write: number;
  readonly populate: number;
  readonly held: number;
  readonly sleeps: number;
  readonly policy: number;
  readonly lock: number;
  readonly writeShare: number;
  /** 1: each `section` draws if it writes; else all do, or none. */
  readonly draws: 0 | 1;
  readonly holdNs: number;
  /** Weights of this entry and all before it, added up. */
  readonly weightUpTo: number;
  /** The thread's span: its first page within the region, and its length. */
  readonly spanStart: number;
  readonly spanPages: number;
  readonly #random: 0 | 1;
  #cursor = 0;
  #calls = 0;

  /**
   * @param index of the thread within its role: which span is its own
   * @param regionStarts first page of each region
   */
  constructor(
    plan: OperationPlan,
    role: RolePlan,
    space: SpacePlan,
    index: number,
    regionStarts: readonly number[],
    weightUpTo: number,
  ) {
    const single = repeated.has(plan.op);
    this.opcode = opcode[plan.op];
    this.row = plan.row;
    this.region = plan.region;
    this.regionStart = plan.region < 0 ? 0 : (regionStarts[plan.region] ?? 0);
    this.onMapped = plan.region === mappedRegion ? 1 : 0;
    this.refill = plan.op === 'fault' && this.onMapped === 0 ? role.rows.indexOf(refillRow) : -1;
    // `truncate` names a file and no place in the address space.
    this.file = plan.op === 'truncate' && plan.file < 0 ? plan.region : plan.file;
    this.repeats = single ? plan.pages : 1;
    this.pages = single ? 1 : plan.pages;
    this.write = (plan.op === 'section' ? plan.writeShare === 1 : plan.write) ? 1 : 0;
    this.draws = plan.writeShare > 0 && plan.writeShare < 1 ? 1 : 0;
    this.populate = plan.populate ? 1 : 0;
    this.held = plan.held ? 1 : 0;
    this.sleeps = plan.sleeps ? 1 : 0;
    this.policy = gupPolicy[plan.caller];
    this.lock = plan.lock === 'mmap_lock' ? 0 : 1;
    this.writeShare = plan.writeShare;
    this.holdNs = plan.holdNs;
    this.weightUpTo = weightUpTo;

    const region = space.regions[plan.region < 0 ? plan.file : plan.region];
    const regionPages = region === undefined ? 0 : region.vmas * region.pages;
    const own = plan.span > 0 && plan.span < regionPages;
    this.spanStart = own ? (index * plan.span) % (regionPages - (regionPages % plan.span)) : 0;
    this.spanPages = own ? plan.span : regionPages;
    this.#random = plan.pick === 'random' ? 1 : 0;
  }

  /** First page of the next call, from the start of a span of `span` pages; the call stays inside it. */
  next(span: number, random: Random): number {
    const last = span - this.pages;
    if (last <= 0) return 0;
    if (this.#random !== 0) return random.below(last + 1);
    if (this.#cursor > last) this.#cursor = 0;
    const at = this.#cursor;
    this.#cursor += this.pages;
    return at;
  }

  /** Counts a call; true when it was the last of a pass over the span. */
  passIsOver(): boolean {
    this.#calls++;
    if (this.#calls < this.spanPages) return false;
    this.#calls = 0;
    this.#cursor = 0;
    return true;
  }

  /** Starts again at the first page: what is mapped is new. */
  rewind(): void {
    this.#cursor = 0;
  }
}

/** The entries of a role, for its thread `index`. */
export function actorEntries(
  role: RolePlan,
  space: SpacePlan,
  index: number,
  regionStarts: readonly number[],
): readonly ActorEntry[] {
  let weights = 0;
  return role.ops.map((operation) => {
    weights += operation.weight;
    return new ActorEntry(operation, role, space, index, regionStarts, weights);
  });
}
