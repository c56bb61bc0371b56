import { placeName } from '../engines/sim/place-name.js';
import type { Slice, Trace } from '../engines/sim/trace.js';
import { Topology } from '../engines/sim/topology.js';
import { lockClasses } from '../machine/lock-class.js';
import { partText } from '../report/explain-words.js';
import type { MachinePlan, Plan } from '../workload/plan.js';
import { lanesOf } from './lanes.js';
import { microseconds } from './microseconds.js';
import { queueLengths } from './queue-lengths.js';
import { runningParts } from './running-parts.js';
import type { MetadataEvent, SliceEvent, TraceEvent } from './trace-event.js';

/** What a viewer shows as processes, in this order. */
const cpuProcess = 1;
const threadProcess = 2;
const lockProcess = 3;

/** Viewers take a number for one track whatever its process is: those of threads begin here, so many for each. */
const firstThreadTrack = 10_000;
const tracksOfThread = 32;

/** A trace as the events that viewers read: tracks of CPUs, of threads and of what they hold, and queues as counters. */
export function traceEvents(
  trace: Trace,
  plan: Plan,
  machine: MachinePlan,
  notes: readonly string[],
): readonly TraceEvent[] {
  const times = (slice: Pick<Slice, 'from' | 'to'>) => {
    // Ends are rounded, not lengths: then slices that touch still do.
    const begin = Math.round(slice.from - trace.openNs);
    const end = Math.round(slice.to - trace.openNs);
    return { ts: microseconds(begin), dur: microseconds(end - begin) };
  };
  const names = plan.actors.map(({ role, index }) => `${roleName(plan, role)} ${index}`);
  const nameOf = (thread: number): string => names[thread] ?? '';
  const rowName = ({ track, what }: Slice): string =>
    plan.roles[plan.actors[track]?.role ?? -1]?.rows[what] ?? '';
  const onCpus = trace.within(trace.onCpus);
  const operations = trace.within(trace.operations);
  const waits = trace.within(trace.waits);
  const holds = holdTracks(trace.within(trace.holds), nameOf);
  return [
    ...tracks(machine, names),
    ...holds.names,
    ...notes.map((name): TraceEvent => ({
      ...{ ph: 'i', name, pid: cpuProcess, tid: 1, ts: 0, s: 'g' },
    })),
    ...onCpus.map((slice): SliceEvent => ({
      ...slices('cpu', nameOf(slice.what), cpuProcess, slice.track + 1),
      ...times(slice),
    })),
    ...runningParts(onCpus, operations).map((part): SliceEvent => ({
      ...slices('operation', rowName(part.operation), cpuProcess, part.cpu + 1),
      ...times(part),
    })),
    ...operations.map((slice): SliceEvent => ({
      ...slices('operation', rowName(slice), threadProcess, threadTrack(slice.track)),
      ...times(slice),
    })),
    ...waits.map((slice): SliceEvent => ({
      ...slices(
        'wait',
        `waits for ${lockClasses[slice.what] ?? ''}`,
        threadProcess,
        threadTrack(slice.track),
      ),
      ...times(slice),
    })),
    ...trace.within(trace.states).map((slice): SliceEvent => ({
      ...slices('state', stateName(slice.what), threadProcess, threadTrack(slice.track)),
      ...times(slice),
    })),
    ...holds.slices.map(({ slice, tid }): SliceEvent => ({
      ...slices('hold', holdName(slice.what), threadProcess, tid),
      ...times(slice),
    })),
    ...queueLengths(waits).map(({ at, what, length }): TraceEvent => ({
      ...{ ph: 'C', name: `${lockClasses[what] ?? ''} waiters`, pid: lockProcess, tid: 0 },
      ...{ ts: times({ from: at, to: at }).ts, args: { waiters: length } },
    })),
  ];
}

const roleName = (plan: Plan, role: number): string => plan.roles[role]?.name ?? '';

const threadTrack = (thread: number): number => firstThreadTrack + tracksOfThread * thread;

const slices = (cat: SliceEvent['cat'], name: string, pid: number, tid: number) =>
  ({ ph: 'X', name, cat, pid, tid }) as const;

function stateName(place: number): string {
  const { kind, lockClass } = placeName(place);
  const isWait = ['spinning', 'asleep', 'waking'].includes(kind);
  return partText({ kind, lockClass: isWait ? (lockClasses[lockClass] ?? 'none') : null });
}

/** Locks of a class are held twice at once only where one is nested. */
const holdName = (slot: number): string =>
  `${lockClasses[slot >> 1] ?? ''}${slot % 2 === 0 ? '' : ' (nested)'}`;

/** Names of all tracks but those of what threads hold. */
function tracks(
  { cpus, profile }: MachinePlan,
  names: readonly string[],
): readonly MetadataEvent[] {
  const { socketOf, sockets } = new Topology(profile.shape, cpus);
  const cpuName = (cpu: number): string =>
    `CPU ${cpu}${sockets > 1 ? ` (socket ${socketOf[cpu] ?? 0})` : ''}`;
  return [
    ...processNames(cpuProcess, `CPUs of ${profile.name}`),
    ...processNames(threadProcess, 'threads'),
    ...processNames(lockProcess, 'waiters for locks'),
    ...Array.from({ length: cpus }, (_, cpu) => trackNames(cpuProcess, cpu + 1, cpuName(cpu))),
    ...names.map((name, thread) => trackNames(threadProcess, threadTrack(thread), name)),
  ].flat();
}

const processNames = (pid: number, name: string): MetadataEvent[] => [
  { ph: 'M', name: 'process_name', pid, tid: 0, args: { name } },
  { ph: 'M', name: 'process_sort_index', pid, tid: 0, args: { sort_index: pid } },
];

const trackNames = (pid: number, tid: number, name: string): MetadataEvent[] => [
  { ph: 'M', name: 'thread_name', pid, tid, args: { name } },
  { ph: 'M', name: 'thread_sort_index', pid, tid, args: { sort_index: tid } },
];

/** The tracks below each thread's own, for what it holds. */
function holdTracks(
  holds: readonly Slice[],
  nameOf: (thread: number) => string,
): {
  readonly names: readonly MetadataEvent[];
  readonly slices: readonly { readonly slice: Slice; readonly tid: number }[];
} {
  const ofThread = new Map<number, Slice[]>();
  for (const hold of holds) {
    const own = ofThread.get(hold.track);
    if (own === undefined) ofThread.set(hold.track, [hold]);
    else own.push(hold);
  }
  const names: MetadataEvent[] = [];
  const slices: { readonly slice: Slice; readonly tid: number }[] = [];
  for (const [thread, own] of ofThread) {
    const lanes = lanesOf(own);
    const tidOf = (lane: number): number => threadTrack(thread) + 1 + lane;
    const count = 1 + lanes.reduce((most, lane) => Math.max(most, lane), 0);
    for (let lane = 0; lane < count; lane++) {
      const more = lane === 0 ? '' : ` (${lane + 1})`;
      names.push(...trackNames(threadProcess, tidOf(lane), `${nameOf(thread)} holds${more}`));
    }
    for (const [index, slice] of own.entries()) {
      slices.push({ slice, tid: tidOf(lanes[index] ?? 0) });
    }
  }
  return { names, slices };
}
