/** That a thread waits for something that is numbered. */
interface Wait {
  readonly what: number;
  readonly from: number;
  readonly to: number;
}

export interface QueueLength {
  readonly at: number;
  readonly what: number;
  /** How many wait from then on. */
  readonly length: number;
}

/** How long each queue is whenever that changes, in order of time; of several changes at one moment the last. */
export function queueLengths(waits: readonly Wait[]): readonly QueueLength[] {
  const changes = waits
    .flatMap(({ what, from, to }) => [
      { at: from, what, change: 1 },
      { at: to, what, change: -1 },
    ])
    .sort((a, b) => a.at - b.at);
  const lengths = new Map<number, number>();
  const found: QueueLength[] = [];
  const last = new Map<number, number>();
  for (const { at, what, change } of changes) {
    const length = (lengths.get(what) ?? 0) + change;
    lengths.set(what, length);
    const index = last.get(what);
    if (index !== undefined && found[index]?.at === at) found[index] = { at, what, length };
    else last.set(what, found.push({ at, what, length }) - 1);
  }
  return found;
}
