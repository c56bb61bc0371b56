import { z } from 'zod';
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
    op: z
      .literal('fault')
      .describe('Makes one page present; pages: n is n faults, each counted and timed'),
    region: region(),
    access: access().default('write'),
    pages: pages().default(1),
    ...placed,
    ...common,
  }),
  block({
    op: z.literal('mmap').describe('Maps pages of anonymous memory, or of a file'),
    pages: pages(),
    file: file().optional(),
    populate: z.boolean().default(false).describe('Fill the pages at once'),
    ...common,
  }),
  block({
    op: z.literal('munmap').describe('Unmaps what this thread mapped last'),
    region: z.literal(mappedName).default(mappedName),
    ...common,
  }),
  block({
    op: z
      .literal('mprotect')
      .describe('Makes pages read-only or writable; a part of a VMA splits it'),
    region: region(),
    pages: pages().optional(),
    access: access(),
    ...placed,
    ...common,
  }),
  block({
    op: z.literal('brk').describe('Grows the heap by pages, or shrinks it where pages is negative'),
    pages: z
      .int()
      .min(-largestPages)
      .max(largestPages)
      .refine((value) => value !== 0, 'brk by 0 pages does nothing'),
    ...common,
  }),
  block({
    op: z.literal('madvise').describe('Drops pages (MADV_DONTNEED)'),
    region: region(),
    pages: pages().optional(),
    ...placed,
    ...common,
  }),
  block({
    op: z.literal('fork').describe('Copies the address space; the child exits after child'),
    child: duration().optional().describe('How long the child lives; 0s unless said'),
    ...common,
  }),
  block({
    op: z.literal('gup').describe('get_user_pages: pins pages for a time'),
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
    op: z.literal('gup-fast').describe('get_user_pages_fast: walks without a lock, falls back'),
    region: region(),
    pages: pages().default(1),
    access: access().default('write'),
    pin: duration().optional(),
    ...placed,
    ...common,
  }),
  block({
    op: z
      .literal('rmap-walk')
      .describe('Reclaim: unmaps frames found from the region, through their reverse maps'),
    region: region(),
    pages: pages().default(1),
    ...placed,
    ...common,
  }),
  block({
    op: z.literal('notifier').describe('Invalidates pages for a device: calls the notifiers'),
    region: region(),
    pages: pages().default(1),
    ...placed,
    ...common,
  }),
  block({
    op: z
      .literal('uprobe-register')
      .describe('Registers a probe: a breakpoint in every mapping of the page'),
    region: file(),
    span: placed.span,
    ...common,
  }),
  block({
    op: z
      .literal('uprobe-unregister')
      .describe('Takes back the probe registered by the same round'),
    region: file(),
    span: placed.span,
    ...common,
  }),
  block({
    op: z
      .literal('exec-text')
      .describe('Executes text: touches an instruction of a page, and may hit a breakpoint'),
    region: region(),
    pages: pages().default(1),
    ...placed,
    ...common,
  }),
  block({
    op: z.literal('file-write').describe('write(2): the inode lock, then a fault on the buffer'),
    file: file(),
    buffer: region(),
    pages: pages().default(1),
    ...placed,
    ...common,
  }),
  block({
    op: z
      .literal('truncate')
      .describe('Drops pages of a file from the page cache and from every mapping'),
    file: file(),
    pages: pages().default(1),
    ...placed,
    ...common,
  }),
  block({
    op: z.literal('section').describe('A plain critical section'),
    lock: z.enum(['mmap_lock', 'rmap_lock']),
    write: shareOrFlag().optional().describe('Share of write acquisitions; 0% unless said'),
    hold: duration().describe('Time inside'),
    sleep: z.boolean().default(false).describe('Sleep inside instead of working'),
    ...common,
  }),
]);

export type Operation = z.output<typeof operation>;
