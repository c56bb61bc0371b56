import { z } from 'zod';
import { costs, type Cost } from '../../machine/cpu.js';
import { block, name, scalar } from '../../workload/schema-scalars.js';
import { parseWholeDuration, type Parsed } from '../../workload/units.js';

/** The most that any one cost may be: 1 s, in ns. */
const dearestNs = 1e9;

/** The most CPUs of a machine. */
export const mostCpus = 1024;

/** A figure and where it is from. */
const sourced = <T extends z.ZodType>(value: T) =>
  block({ value, source: z.string().min(1).describe('Where the figure is from') });

const whole = (value: unknown, least: number): Parsed<number> => {
  if (typeof value === 'number') {
    return { ok: false, message: `${value} has no unit: write the duration as 50ns` };
  }
  if (typeof value !== 'string') {
    return { ok: false, message: 'expected a duration such as 50ns' };
  }
  const parsed = parseWholeDuration(value);
  if (!parsed.ok) return parsed;
  if (parsed.value < least) return { ok: false, message: `must be ${least}ns or more` };
  if (parsed.value > dearestNs) return { ok: false, message: 'must be 1s or less' };
  return parsed;
};

/** ns; may be none, so that what a cost does can be seen by taking it away. */
const duration = () => sourced(scalar((value) => whole(value, 0), {}));

/** ns, of what a spinning CPU does: without a cost its time would stand still. */
const positive = () => sourced(scalar((value) => whole(value, 1), {}));

const share = () => sourced(z.number().min(0).max(0.9));

const line = block({
  hit: positive(),
  atomic: positive(),
  cluster: positive(),
  socket: positive(),
  remote: positive(),
  memory: positive(),
  residency: duration(),
  read_factor: sourced(z.number().min(0.1).max(10)),
  coalesces_reads: sourced(z.boolean()),
  shared_read: duration(),
  jitter: share(),
});

const scheduler = block({
  slice: positive(),
  context_switch: duration(),
  wake_shallow: duration(),
  wake_deep: duration(),
  deep_idle_after: duration(),
  wake_call: duration(),
  jitter: share(),
  pause: positive(),
});

type CostShape = Record<Cost, ReturnType<typeof duration>>;

const plainCode = Object.fromEntries(costs.map((cost) => [cost, duration()])) as CostShape;

/** A machine profile as its file has it: the one source of what is valid. */
export const machineSchema = block({
  name: name(),
  about: z.string().min(1),
  shape: block({
    sockets: z.int().min(1).max(64),
    clusters_per_socket: z.int().min(1).max(64).default(1),
    cores_per_cluster: z.int().min(1).max(mostCpus),
    placement: z.enum(['fill', 'spread']).default('fill'),
  }),
  line,
  scheduler,
  memory: block({ zero: duration(), copy: duration(), zero_bandwidth: duration() }),
  entry: block({ exception: duration(), system_call: duration() }),
  shootdown: block({ base: duration(), per_cpu: duration(), handler: duration() }),
  costs: block(plainCode),
  hypervisor: block({
    physical_cpus: z.int().min(1).max(mostCpus),
    slice: positive(),
    world_switch: duration(),
    kick: duration(),
  }).optional(),
});

/** A machine file as read: durations in ns, each figure with its source. */
export type MachineFile = z.output<typeof machineSchema>;
