import { canDowngrade } from '../locks/can-downgrade.js';
import type { LockDefinition } from '../locks/definition.js';
import { isSimple, type LockTable } from '../locks/registry.js';
import { isLockPath, type StrategyEntry, type StrategyFields } from './fields.js';
import { nearest } from './nearest.js';
import { presets, strategyNames } from './presets.js';
import { granularities, indexOf, type Granularity, type Strategy } from './strategy.js';

/** Why an entry is not a strategy. */
export interface StrategyProblem {
  /** `unknown`: names nothing; `missing` key; `contradiction` between keys. */
  readonly kind: 'unknown' | 'missing' | 'contradiction';
  /** The key that is wrong, or '' for the entry as a whole. */
  readonly key: string;
  /** What stands there. */
  readonly word: string;
  /** What is wrong and what to do about it. */
  readonly message: string;
}

export type Resolved =
  | { readonly ok: true; readonly strategy: Strategy }
  | { readonly ok: false; readonly problems: readonly StrategyProblem[] };

/** Everyone's reverse-map lock unless said, so that strategies differ in one thing. */
const usualRmapLock = 'rwsem-spin';

/**
 * The full strategy that an entry stands for, with the default of every field. `labels` gives the label in
 * `locks` of each path of a lock file, as it is written in the entry.
 */
export function resolveStrategy(
  entry: StrategyEntry,
  locks: LockTable,
  labels: ReadonlyMap<string, string> = new Map(),
): Resolved {
  if (typeof entry === 'string') return resolveWord(entry, locks, labels);
  return resolveFields(entry, locks, labels);
}

function resolveWord(
  word: string,
  locks: LockTable,
  labels: ReadonlyMap<string, string>,
): Resolved {
  const preset = presets.find(({ name }) => name === word);
  if (preset !== undefined) {
    const { name, about, fields } = preset;
    return resolveFields({ name, about, ...fields }, locks, labels);
  }
  const label = labels.get(word) ?? word;
  const lock = locks.get(label);
  if (lock === undefined) {
    return refused('', word, noSuchLock('strategy', word, strategyNames(locks)));
  }
  return resolveFields({ name: label, about: lock.about ?? '', mmap_lock: word }, locks, labels);
}

function resolveFields(
  fields: StrategyFields,
  locks: LockTable,
  labels: ReadonlyMap<string, string>,
): Resolved {
  const problems: StrategyProblem[] = [];
  const granularity = resolveGranularity(fields.granularity ?? 'whole', problems);
  const lockOf = (key: 'mmap_lock' | 'rmap_lock', word: string): string => {
    const label = labels.get(word) ?? word;
    const lock = locks.get(label);
    if (lock === undefined) {
      problems.push({ key, word, ...noSuchLock('lock', word, [...locks.keys()]) });
    } else if (
      key === 'mmap_lock' && granularity === 'range' ? lock.kind !== 'range' : !isSimple(lock)
    ) {
      const wanted = key === 'rmap_lock' ? 'a reverse map' : `granularity ${granularity}`;
      const kinds = key === 'mmap_lock' && granularity === 'range' ? 'range' : 'mutex or rw';
      const message = `${key}: "${word}" ${whatItDoes(lock)}, and ${wanted} needs a lock of kind ${kinds}`;
      problems.push({ kind: 'contradiction', key, word, message });
    }
    return label;
  };
  const isBound = granularity === 'private' || granularity === 'unlocked';
  const given = fields.mmap_lock ?? (isBound ? usualRmapLock : undefined);
  if (granularity === 'radix') {
    if (given !== undefined) {
      const message = `mmap_lock: ${given}, but what granularity radix locks is a bit in each slot: leave mmap_lock out`;
      problems.push({ kind: 'contradiction', key: 'mmap_lock', word: given, message });
    }
  } else if (given === undefined) {
    const message = `missing key "mmap_lock" of strategy "${fields.name}": name the lock it takes, one of ${[...locks.keys()].join(', ')}`;
    problems.push({ kind: 'missing', key: 'mmap_lock', word: '', message });
  }
  const mmapLock = given === undefined || granularity === 'radix' ? '' : lockOf('mmap_lock', given);
  const rmapLock = lockOf('rmap_lock', fields.rmap_lock ?? usualRmapLock);
  const definition = locks.get(mmapLock);
  const hasReaders = indexOf(granularity) === 'tree';
  const downgrades = hasReaders && definition !== undefined && canDowngrade(definition);
  if (fields.unmap === 'downgrade' && !downgrades && (definition !== undefined || !hasReaders)) {
    const what = hasReaders
      ? `${mmapLock} cannot be downgraded`
      : `granularity ${granularity} has no readers that could be let in`;
    const message = `unmap: downgrade, but ${what}: leave unmap out, or say hold`;
    problems.push({ kind: 'contradiction', key: 'unmap', word: 'downgrade', message });
  }
  if (fields.range !== undefined && granularity !== 'range') {
    const message = `range: ${fields.range}, but granularity ${granularity} has no lock of ranges: leave range out, or say granularity: range`;
    problems.push({ kind: 'contradiction', key: 'range', word: fields.range, message });
  }
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    strategy: {
      name: fields.name,
      about: fields.about ?? '',
      granularity,
      mmapLock,
      rmapLock,
      range: fields.range ?? 'full',
      faultIo: fields.fault_io ?? 'drop',
      unmap: fields.unmap ?? (downgrades ? 'downgrade' : 'hold'),
      populate: fields.populate ?? 'after',
      gup: fields.gup ?? 'unlocked',
      uprobes: fields.uprobes ?? 'inside',
      holdLimit: fields.hold_limit ?? 0,
    },
  };
}

function resolveGranularity(word: string, problems: StrategyProblem[]): Granularity {
  const known = granularities.find((granularity) => granularity === word);
  if (known !== undefined) return known;
  problems.push({ key: 'granularity', word, ...unknown('granularity', word, granularities) });
  return 'whole';
}

const whatItDoes = (lock: LockDefinition): string =>
  ({
    mutex: 'locks a whole structure',
    rw: 'locks a whole structure',
    range: 'locks ranges',
    sequence: 'keeps nobody out, it tells readers of writes',
  })[lock.kind];

type Fault = Pick<StrategyProblem, 'kind' | 'message'>;

/** `what` is what the word was taken for: a strategy or a lock. */
function noSuchLock(what: string, word: string, names: readonly string[]): Fault {
  if (isLockPath(word)) {
    const message = `no lock was loaded from "${word}": is there such a file?`;
    return { kind: 'unknown', message };
  }
  return unknown(what, word, names);
}

function unknown(what: string, word: string, names: readonly string[]): Fault {
  const near = nearest(word, names);
  const advice = near === undefined ? `one of ${names.join(', ')}` : `did you mean "${near}"?`;
  return { kind: 'unknown', message: `unknown ${what} "${word}": ${advice}` };
}

const refused = (key: string, word: string, fault: Fault): Resolved => ({
  ok: false,
  problems: [{ key, word, ...fault }],
});
