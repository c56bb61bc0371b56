/**
 * An event of the Trace Event Format, in the JSON form that Perfetto and chrome://tracing open
 * (https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU). `ts` and `dur` are µs.
 */
export type TraceEvent = MetadataEvent | SliceEvent | CounterEvent | InstantEvent;

/** Names a process or a thread, or says where it is shown. */
export interface MetadataEvent {
  readonly ph: 'M';
  readonly name: 'process_name' | 'process_sort_index' | 'thread_name' | 'thread_sort_index';
  readonly pid: number;
  readonly tid: number;
  readonly args: Readonly<Record<string, string | number>>;
}

/** A stretch of time on a track. Those of one track lie apart or within each other. */
export interface SliceEvent {
  readonly ph: 'X';
  readonly name: string;
  readonly cat: 'cpu' | 'operation' | 'wait' | 'state' | 'hold';
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur: number;
}

/** What a counter is from then on. */
export interface CounterEvent {
  readonly ph: 'C';
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly args: { readonly waiters: number };
}

/** A remark on the whole. */
export interface InstantEvent {
  readonly ph: 'i';
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly s: 'g';
}
