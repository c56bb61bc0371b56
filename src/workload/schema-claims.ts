import { z } from 'zod';
import { metricNames } from './metrics.js';
import { block, bound, margin } from './schema-scalars.js';

const metric = () => z.enum(metricNames as [string, ...string[]]);

/** A strategy, by name; or with the values of a matrix's knobs, which `check-claims.ts` knows. */
const selector = () =>
  z.union([
    z.string(),
    z.object({ strategy: z.string() }).catchall(z.union([z.string(), z.number(), z.boolean()])),
  ]);

const range = <Bound extends z.ZodType>(value: () => Bound) =>
  block({ min: value().optional(), max: value().optional() });

/** One claim of `expect:`. Which keys belong together is checked in `check-claims.ts`. */
export const claim = block({
  claim: z.string().min(1).describe('What is claimed, in a sentence'),
  metric: metric().optional(),
  role: z.string().optional().describe('The headline role unless said'),
  op: z.string().optional().describe('A row of that role; its first unless said'),
  of: selector().optional(),
  than: selector().optional(),
  ratio: range(() => z.number().positive())
    .optional()
    .describe('Bounds of the metric of `of` over that of `than`'),
  value: range(bound).optional().describe('Bounds of the metric of `of` itself'),
  order: z.array(z.string()).min(2).optional().describe('Strategies from best to worst'),
  unsupported: z
    .literal(true)
    .optional()
    .describe('The strategy `of` must be refused for this workload'),
});

export type Claim = z.output<typeof claim>;

const gateEntry = block({
  role: z.string().optional(),
  op: z.string().optional(),
  strategy: z.string().optional(),
  max_drop: margin().optional(),
  max_rise: margin().optional(),
});

export type GateEntry = z.output<typeof gateEntry>;

/** Reserved keys, and beside them one for each gated metric. */
export const gate = z
  .object({
    ignore: z
      .array(
        block({
          strategy: z.string().optional(),
          metric: metric().optional(),
          role: z.string().optional(),
          op: z.string().optional(),
        }),
      )
      .optional(),
    inconclusive: z.enum(['fail', 'warn', 'pass']).optional(),
  })
  .catchall(z.union([gateEntry, z.array(gateEntry).min(1)]));

export type Gate = z.output<typeof gate>;

/** The keys of `gate` that are no metrics. */
export const gateSettings: readonly string[] = ['ignore', 'inconclusive'];
