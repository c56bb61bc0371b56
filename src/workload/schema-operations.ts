import { z } from 'zod';
import { operationAbouts } from './operation-abouts.js';
import { block, duration, name, shareOrFlag, span } from './schema-scalars.js';

/** The region name that stands for what the thread mapped last. */
export const mappedName = 'mapped';

export const largestPages = 1 << 22;
const pages = () => z.int().min(1).max(largestPages);
const access = () => z.enum(['read', 'write']);

/** In every entry. */
const common = {
  weight: z
    .number()
    .positive()
    .max(1e6)
    .optional()
    .describe('Share of the rounds that do this entry; all entries or none'),
  label: name()
    .optional()
    .describe('Row of the results, where two entries of one operation should not share one'),
};

/** Which page next: within a thread's own span. */
const placed = {
  pick: z.enum(['sequential', 'random']).default('sequential'),
  span: span()
    .optional()
    .describe('Pages of a thread of its own (512), or shared: the whole region'),
};

const region = () =>
  z
    .string()
    .describe('Name of a region, or mapped: what this thread mapped last and has not unmapped');
const file = () => z.string().describe('Name of a region of kind file');

/** One entry of a role's `ops`: each operation understands its own keys, and no others. */
export const operation = z.discriminatedUnion('op', [
  block({
    op: z.literal('fault').describe(operationAbouts.fault),
    region: region(),
    access: access().default('write'),
    pages: pages().default(1),
    ...placed,
    ...common,
  }),
  block({
    op: z.literal('mmap').describe(operationAbouts.mmap),
    pages: pages(),
    file: file().optional(),
    populate: z.boolean().default(false).describe('Fill the pages at once'),
    ...common,
  }),
  block({
    op: z.literal('munmap').describe(operationAbouts.munmap),
    region: z.literal(mappedName).default(mappedName),
    ...common,
  }),
  block({
    op: z.literal('mprotect').describe(operationAbouts.mprotect),
    region: region(),
    pages: pages().optional(),
    access: access(),
    ...placed,
    ...common,
  }),
  block({
    op: z.literal('brk').describe(operationAbouts.brk),
    pages: z
      .int()
      .min(-largestPages)
      .max(largestPages)
      .refine((value) => value !== 0, 'brk by 0 pages does nothing'),
    ...common,
  }),
  block({
    op: z.literal('madvise').describe(operationAbouts.madvise),
    region: region(),
    pages: pages().optional(),
    ...placed,
    ...common,
  }),
  block({
    op: z.literal('fork').describe(operationAbouts.fork),
    child: duration().optional().describe('How long the child lives; 0s unless said'),
    ...common,
  }),
  block({
    op: z.literal('gup').describe(operationAbouts.gup),
    region: region(),
    pages: pages().default(1),
    access: access().default('write'),
    pin: duration().optional().describe('How long the pages stay pinned; 0s unless said'),
    caller: z
      .enum(['locked', 'unlocked', 'fast'])
      .optional()
      .describe("Which variant this caller uses, instead of the strategy's"),
    held: z
      .boolean()
      .default(false)
      .describe('The caller holds mmap_lock already, as videobuf2 did'),
    ...placed,
    ...common,
  }),
  block({
    op: z.literal('gup-fast').describe(operationAbouts['gup-fast']),
    region: region(),
    pages: pages().default(1),
    access: access().default('write'),
    pin: duration().optional(),
    ...placed,
    ...common,
  }),
  block({
    op: z.literal('rmap-walk').describe(operationAbouts['rmap-walk']),
    region: region(),
    pages: pages().default(1),
    ...placed,
    ...common,
  }),
  block({
    op: z.literal('notifier').describe(operationAbouts.notifier),
    region: region(),
    pages: pages().default(1),
    ...placed,
    ...common,
  }),
  block({
    op: z.literal('uprobe-register').describe(operationAbouts['uprobe-register']),
    region: file(),
    span: placed.span,
    ...common,
  }),
  block({
    op: z.literal('uprobe-unregister').describe(operationAbouts['uprobe-unregister']),
    region: file(),
    span: placed.span,
    ...common,
  }),
  block({
    op: z.literal('exec-text').describe(operationAbouts['exec-text']),
    region: region(),
    pages: pages().default(1),
    ...placed,
    ...common,
  }),
  block({
    op: z.literal('file-write').describe(operationAbouts['file-write']),
    file: file(),
    buffer: region(),
    pages: pages().default(1),
    ...placed,
    ...common,
  }),
  block({
    op: z.literal('truncate').describe(operationAbouts.truncate),
    file: file(),
    pages: pages().default(1),
    ...placed,
    ...common,
  }),
  block({
    op: z.literal('section').describe(operationAbouts.section),
    lock: z.enum(['mmap_lock', 'rmap_lock']),
    write: shareOrFlag().optional().describe('Share of write acquisitions; 0% unless said'),
    hold: duration().describe('Time inside'),
    sleep: z.boolean().default(false).describe('Sleep inside instead of working'),
    ...common,
  }),
]);

export type Operation = z.output<typeof operation>;
