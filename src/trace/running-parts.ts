import type { Slice } from '../engines/sim/trace.js';

/** A piece of an operation of a thread, during which the thread had a CPU. */
export interface RunningPart {
  readonly cpu: number;
  readonly operation: Slice;
  readonly from: number;
  readonly to: number;
}

/**
 * Cuts operations into the pieces that ran on one CPU each.
 *
 * @param onCpus `track` is the CPU and `what` the thread; in order of time
 * @param operations `track` is the thread; in order of time
 */
export function runningParts(
  onCpus: readonly Slice[],
  operations: readonly Slice[],
): readonly RunningPart[] {
  const ofThread = new Map<number, { readonly list: Slice[]; next: number }>();
  for (const operation of operations) {
    const own = ofThread.get(operation.track);
    if (own === undefined) ofThread.set(operation.track, { list: [operation], next: 0 });
    else own.list.push(operation);
  }
  return onCpus.flatMap(({ track: cpu, what: thread, from, to }) => {
    const own = ofThread.get(thread);
    const parts: RunningPart[] = [];
    while (own !== undefined) {
      const operation = own.list[own.next];
      if (operation === undefined || operation.from >= to) break;
      if (operation.to > from) {
        parts.push({
          ...{ cpu, operation },
          from: Math.max(from, operation.from),
          to: Math.min(to, operation.to),
        });
      }
      // One that goes on may have a piece on the CPU that the thread has next.
      if (operation.to > to) break;
      own.next++;
    }
    return parts;
  });
}
