import { z } from 'zod';
import {
  faultIoPolicies,
  granularities,
  gupPolicies,
  populatePolicies,
  rangePolicies,
  unmapPolicies,
  uprobesPolicies,
} from '../strategies/strategy.js';
import { claim, gate } from './schema-claims.js';
import { largestPages, operation } from './schema-operations.js';
import {
  block,
  duration,
  name,
  pagesOrNone,
  percent,
  positiveDuration,
  rate,
  size,
  threads,
} from './schema-scalars.js';

const region = block({
  name: name(),
  kind: z.enum(['anon', 'file']),
  vmas: z.int().min(1).max(65536).default(1),
  pages: z.int().min(1).max(largestPages).describe('4 KiB pages of each VMA'),
  resident: percent()
    .optional()
    .describe(
      'Of a file: share of its pages in the page cache at the start (100%); of anonymous memory: share that is present (0%)',
    ),
  io: positiveDuration().optional().describe('Time to read one page from the device (80us)'),
  writable: z.boolean().optional().describe('True unless executable'),
  shared: z.boolean().default(false).describe('Writes go to the file instead of to private copies'),
  executable: z.boolean().default(false),
  probes: z
    .int()
    .min(0)
    .max(4096)
    .default(0)
    .describe('Breakpoints in the text of each VMA from the start'),
});

const space = block({
  processes: z.int().min(1).max(64).default(1),
  memory: size()
    .optional()
    .describe('Memory that the model may take; a quarter of the machine unless said'),
  notifier: block({
    share: percent().describe('Share of unmapped pages that have a notifier'),
    callback: duration().describe('How long its callback sleeps'),
  }).optional(),
  regions: z.array(region).default([]),
});

const role = block({
  name: name(),
  main: z.boolean().default(false).describe('The headline role; the first unless said'),
  threads: threads().describe('A number, or a share of the threads that numbered roles leave'),
  process: z
    .int()
    .min(0)
    .optional()
    .describe('All threads in this process; thread i is in i mod processes unless said'),
  ops: z
    .array(operation)
    .min(1)
    .describe('Done in order, once a round; with weights, each round picks one'),
  think: duration().optional().describe('Pause after each round'),
  rate: rate()
    .optional()
    .describe('Rounds a second of the whole role: an open loop, timed from the intended start'),
  arrival: z
    .enum(['poisson', 'constant'])
    .optional()
    .describe('Gaps between the rounds of an open loop (poisson)'),
});

const times = {
  duration: positiveDuration().optional(),
  warmup: duration().optional(),
  blocks: z.int().min(1).max(1000).optional(),
};

const run = block({
  ...times,
  sim: block({
    ...times,
    machine: z
      .string()
      .optional()
      .describe('Machine to simulate: a name, or the path of a file; --machine overrides it'),
    cpus: z.int().min(1).max(1024).optional().describe('The first so many of its CPUs (all)'),
  })
    .optional()
    .describe('Instead of the above on simulated CPUs, in virtual time'),
  kernel: block(times).optional().describe('Instead of the above on a kernel'),
});

const strategyFields = block({
  name: name(),
  about: z.string().optional(),
  granularity: z.enum(granularities).optional(),
  mmap_lock: z.string().optional().describe('Name of a lock, or path of a lock file'),
  rmap_lock: z.string().optional(),
  range: z.enum(rangePolicies).optional().describe('What granularity range locks'),
  fault_io: z.enum(faultIoPolicies).optional(),
  unmap: z.enum(unmapPolicies).optional(),
  populate: z.enum(populatePolicies).optional(),
  gup: z.enum(gupPolicies).optional(),
  uprobes: z.enum(uprobesPolicies).optional(),
  hold_limit: pagesOrNone()
    .optional()
    .describe('Pages after which a long operation drops mmap_lock for a moment, or none'),
});

const strategy = z.union([
  z.string().min(1).describe('Name of a strategy or lock, or path of a lock file'),
  strategyFields,
]);

/** A workload file: the one source of what is valid and of the JSON Schema for editors. */
export const workloadSchema = block({
  name: name(),
  about: z.string().default(''),
  space: space.optional(),
  roles: z.array(role).min(1),
  run: run.optional(),
  matrix: z
    .record(z.string(), z.array(z.union([z.string(), z.number(), z.boolean()])).min(1))
    .optional()
    .describe('Values of knobs, such as threads: [1, 2, 4]; every combination is run'),
  baseline: z.string().optional().describe('The reference strategy; the first unless said'),
  strategies: z.array(strategy).min(1),
  expect: z.array(claim).default([]),
  gate: gate.optional().describe('Margins; they change nothing without --gate'),
}).meta({ title: 'mmlock workload' });

/** A workload as read: durations in ns, shares 0 to 1, sizes in bytes, rates a second; keys as in the file. */
export type Workload = z.output<typeof workloadSchema>;
export type Region = z.output<typeof region>;
export type Role = z.output<typeof role>;
export type Run = z.output<typeof run>;
/** A strategy as a workload defines it; `mmlock list strategies --verbose` says what omitted fields mean. */
export type StrategyFields = z.output<typeof strategyFields>;
/** A name or path, or a definition. */
export type StrategyEntry = z.output<typeof strategy>;

export type { Claim, Gate, GateEntry } from './schema-claims.js';
export type { Operation } from './schema-operations.js';

/** JSON Schema (draft-7) of a workload file, for editors. */
export function workloadJsonSchema(): object {
  return z.toJSONSchema(workloadSchema, { io: 'input', target: 'draft-7' });
}
