/** What a run ran on. Null is 'could not be read', and never a guess. */
export interface Environment {
  /** UTC, ISO 8601. */
  readonly started: string;
  /** Null while the run goes on, or when it died. */
  readonly finished: string | null;
  readonly seconds: number | null;
  readonly host: string;
  readonly cpuModel: string | null;
  /** Logical CPUs that this process may use. */
  readonly cpus: number;
  /** Physical cores and sockets of the machine. */
  readonly cores: number | null;
  readonly sockets: number | null;
  readonly numaNodes: number | null;
  /** CPUs' worth of time that the control group allows; null where there is no limit. */
  readonly cpuQuota: number | null;
  readonly memoryBytes: number;
  readonly architecture: string;
  readonly kernel: string;
  readonly node: string;
  readonly v8: string;
  /** Load averages over 1, 5 and 15 minutes, at the start. */
  readonly load: readonly number[];
  /** Share of the run's CPU time that the hypervisor gave to others; null until the end or where not told. */
  readonly stealShare: number | null;
  readonly governor: string | null;
  /** Frequencies above the nominal one allowed. */
  readonly turbo: boolean | null;
  /** Setting of transparent huge pages: `always`, `madvise` or `never`. */
  readonly hugePages: string | null;
  /** Runs under a hypervisor. */
  readonly virtualised: boolean | null;
}
