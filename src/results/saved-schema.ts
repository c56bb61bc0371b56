import { z } from 'zod';
import { engineNames, resultFormat } from './result.js';

/**
 * What a result file must hold to be analysed. Loose: fields that only explain (a plan's regions, the
 * environment's clock) are carried through as they are.
 */
const count = z.number().nonnegative();
const index = z.int().nonnegative();
const text = z.string();

const isCount = (value: unknown): boolean => typeof value === 'number' && value >= 0;
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Checked by hand: a trial has hundreds of such numbers, and zod takes as long for them as for all the rest. */
const counts = z.custom<readonly number[]>(
  (value) => value instanceof Array && value.every(isCount),
  'expected numbers, 0 or more',
);
const countsByName = z.custom<Readonly<Record<string, number>>>(
  (value) => isObject(value) && Object.values(value).every(isCount),
  'expected numbers by name, 0 or more',
);

export const row = z.looseObject({
  role: text,
  op: text,
  counts,
  gap: z.number().positive(),
  latency: text,
  wait: text,
  hold: text,
  maxNs: count,
  maxIsAge: z.boolean(),
  waitMaxNs: count,
  holdMaxNs: count,
  firstNs: counts,
  starvationNs: count,
});

/** Of a role: by what it was spent on, and waiting for locks by class. */
const spentTime = z.looseObject({
  role: text,
  ns: z.record(text, z.number()),
  waits: z.array(
    z.looseObject({
      lockClass: text,
      spinning: z.number(),
      asleep: z.number(),
      waking: z.number(),
    }),
  ),
});

export const trial = z.looseObject({
  strategy: text,
  block: z.int().positive(),
  position: index,
  seconds: z.number().positive(),
  unsteady: z.boolean(),
  warmupSeconds: count,
  slices: counts,
  rows: z.array(row),
  counters: z.record(text, countsByName),
  events: countsByName,
  faults: z.array(text),
  queuedShare: count.optional(),
  spent: z.array(spentTime).optional(),
  idleNs: count.optional(),
});

const operation = z.looseObject({
  op: text,
  row: index,
  pages: z.number(),
  sleeps: z.boolean(),
  holdNs: count,
});

const role = z.looseObject({
  name: text,
  main: z.boolean(),
  threads: z.int().positive(),
  ops: z.array(operation),
  weighted: z.boolean(),
  rows: z.array(text).min(1),
  thinkNs: count,
  rate: count,
});

const plan = z.looseObject({
  workload: text,
  threads: z.int().positive(),
  space: z.looseObject({
    regions: z.array(z.looseObject({ ioNs: count, resident: z.number() })),
    notifierShare: z.number(),
    notifierNs: count,
  }),
  roles: z.array(role).min(1),
  run: z.looseObject({ durationNs: count, warmupNs: count, blocks: z.int() }),
  userLocks: z.record(text, z.looseObject({ sha256: text })),
  machine: z
    .looseObject({ profile: z.looseObject({ name: text }), cpus: z.int().positive() })
    .optional(),
});

const cell = z.looseObject({
  strategy: text,
  threads: z.int().nullable(),
  cell: text.optional(),
});
const range = z.looseObject({ min: z.number().nullable(), max: z.number().nullable() });
const claimed = { text, line: z.int() };
const measured = { ...claimed, metric: text, role: text.nullable(), op: text.nullable() };

const claim = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('ratio'), ...measured, of: cell, than: cell, range }),
  z.looseObject({ kind: z.literal('value'), ...measured, of: cell, range }),
  z.looseObject({ kind: z.literal('order'), ...measured, order: z.array(cell).min(2) }),
  z.looseObject({ kind: z.literal('unsupported'), ...claimed, of: cell }),
]);

const place = z.looseObject({ line: z.int(), column: z.int() }).nullable();
const gated = { strategy: text.nullable(), role: text.nullable(), op: text.nullable(), place };

const gate = z.looseObject({
  margins: z.array(
    z.looseObject({ ...gated, metric: text, margin: z.union([count, z.literal('auto')]) }),
  ),
  ignore: z.array(z.looseObject({ ...gated, metric: text.nullable() })),
  inconclusive: z.enum(['fail', 'warn', 'pass']),
  auto: z
    .array(z.looseObject({ metric: text, role: text, op: text.nullable(), margin: count }))
    .optional(),
});

const confirmation = z.looseObject({
  seed: z.number(),
  strategies: z.array(text),
  orders: z.array(z.array(index)),
  trials: z.array(trial),
});

const strategy = z.looseObject({
  strategy: z.looseObject({ name: text, granularity: text, mmapLock: text, rmapLock: text }),
  status: z.enum(['ok', 'unsupported']),
  reason: text.nullable(),
  repeats: text.nullable(),
});

const harness = z.looseObject({
  clockNs: count,
  clockStepNs: count,
  sleepOvershootNs: z.number(),
  sleepFloorNs: count,
});

export const workload = z.looseObject({
  name: text,
  cell: z
    .looseObject({ name: text, values: z.record(text, z.union([text, z.number(), z.boolean()])) })
    .optional(),
  file: text,
  text,
  sha256: text,
  plan,
  reference: text,
  strategies: z.array(strategy).min(1),
  blocksAsked: z.int(),
  orders: z.array(z.array(index)),
  harness: harness.nullable(),
  trials: z.array(trial),
  claims: z.array(claim),
  gate: gate.nullable(),
  firstLook: index,
  confirmation: confirmation.nullable(),
  notes: z.array(text),
});

const environment = z.looseObject({
  started: z.iso.datetime(),
  host: text,
  architecture: text,
  kernel: text,
  node: text,
  v8: text,
  cpuModel: text.nullable(),
  cpus: z.number(),
  cores: count.nullable(),
  sockets: count.nullable(),
  smt: z.boolean().nullable(),
  cpuQuota: count.nullable(),
  governor: text.nullable(),
  hugePages: text.nullable(),
  container: text.nullable(),
  virtualised: z.boolean().nullable(),
  load: z.array(z.number()),
  unreadable: z.array(text),
});

export const savedResult = z.looseObject({
  format: z.literal(resultFormat),
  schemaVersion: z.int().positive(),
  mmlock: z.looseObject({ version: text, commit: text.nullable() }),
  commandLine: z.array(text),
  label: text.optional(),
  engine: z.enum(engineNames),
  seed: z.number(),
  sweep: z
    .looseObject({
      cpus: z.array(z.int().positive()).min(1),
      shard: z
        .looseObject({ index: z.int().positive(), count: z.int().positive() })
        .refine(({ index, count }) => index <= count, 'expected an index of at most the count')
        .optional(),
    })
    .optional(),
  environment: environment.nullable(),
  workloads: z.array(workload),
  complete: z.boolean(),
  interrupted: z.looseObject({ kind: text, cause: text, text }).nullable(),
  exit: z.int().nullable(),
});
