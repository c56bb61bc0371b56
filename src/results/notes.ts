/** Something the reader of a result must know to read it rightly. `text` is one line; `advice` what to do, or ''. */
interface NoteBase {
  readonly text: string;
  readonly advice: string;
}

/** Notes about one strategy, or one role or operation of it, or the whole run. */
export type Note = NoteBase &
  (
    | { readonly type: 'incomplete'; readonly blocks: number; readonly planned: number }
    | { readonly type: 'few-blocks'; readonly blocks: number; readonly needed: number }
    | { readonly type: 'unsupported'; readonly strategy: string }
    | {
        readonly type: 'unsteady';
        readonly strategy: string;
        readonly trials: number;
        readonly of: number;
      }
    | {
        readonly type: 'drift';
        readonly strategy: string;
        readonly low: number;
        readonly high: number;
      }
    | {
        readonly type: 'starved';
        readonly strategy: string;
        readonly role: string;
        readonly trials: number;
      }
    | {
        readonly type: 'no-cpu';
        readonly strategy: string;
        readonly trials: number;
        readonly of: number;
      }
    | { readonly type: 'oversubscribed'; readonly strategy: string; readonly share: number }
    | { readonly type: 'short-sleeps'; readonly floorNs: number }
    | { readonly type: 'sampled'; readonly role: string; readonly op: string; readonly gap: number }
    | {
        readonly type: 'few-exceedances';
        readonly strategy: string;
        readonly percentile: string;
        readonly exceedances: number;
      }
    | { readonly type: 'timer'; readonly stepNs: number }
    | { readonly type: 'missed-hits'; readonly strategy: string; readonly hits: number }
    | { readonly type: 'steal'; readonly share: number }
    | { readonly type: 'load'; readonly load: number; readonly cpus: number }
    | { readonly type: 'governor'; readonly governor: string }
    | { readonly type: 'engine' }
    | {
        readonly type: 'model';
        readonly aspect: 'atomics' | 'wait-list' | 'shootdown' | 'preemption';
      }
  );

export type NoteType = Note['type'];
