import type { LockDefinition } from './definition.js';

const required = {
  mutex: ['lock', 'unlock'],
  rw: ['readLock', 'readUnlock', 'writeLock', 'writeUnlock'],
  range: ['acquire', 'release'],
  sequence: ['readBegin', 'readRetry', 'writeBegin', 'writeEnd'],
} as const;

const optional = {
  mutex: ['tryLock'],
  rw: ['downgrade', 'tryReadLock', 'tryWriteLock'],
  range: ['tryAcquire'],
  sequence: ['tryReadBegin'],
} as const;

type Kind = keyof typeof required;

/** Every field there is: a word that is none of them is a slip, and would be passed over in silence. */
const fields: Record<keyof LockDefinition, true> = {
  name: true,
  kind: true,
  about: true,
  since: true,
  source: true,
  sleeps: true,
  spins: true,
  fair: true,
  words: true,
  initial: true,
  idle: true,
  create: true,
  createToVerify: true,
};

/** Thread counts that a definition is tried with, and where its words would begin. */
const trialThreads = [1, 2, 64];
const trialBase = 64;

/** More than any lock needs: it catches bytes given for words, and sums gone wrong. */
const mostWords = 1 << 24;

export type CheckedDefinition =
  | { readonly ok: true; readonly definition: LockDefinition }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Checks that a value is a lock definition, by making locks with it. `form` says whether the methods of a
 * lock must be generators (`steps`) or must not (`direct`).
 */
export function checkDefinition(value: unknown, form: 'steps' | 'direct'): CheckedDefinition {
  if (typeof value !== 'object' || value === null) {
    return {
      ok: false,
      problems: [
        'has no default export that is a lock: write `export default { name, kind, sleeps, fair, words, create }`',
      ],
    };
  }
  const definition = value as Record<string, unknown>;
  const problems: string[] = [];
  checkFields(definition, problems);
  const kind = definition['kind'];
  if (isKind(kind) && isFunction(definition['words']) && isFunction(definition['create'])) {
    try {
      for (const threads of trialThreads) {
        const words = definition['words'](threads);
        if (!isIntegerIn(words, 1, mostWords)) {
          problems.push(
            `words(${threads}) gives ${show(words)}: it must give how many 32-bit words the lock takes, at least 1`,
          );
          break;
        }
        for (const field of ['initial', 'idle']) {
          checkValues(field, definition[field], threads, words, problems);
        }
        for (const field of ['create', 'createToVerify']) {
          const create = definition[field];
          if (isFunction(create))
            checkLock(create(trialBase, threads), field, kind, form, problems);
        }
        if (problems.length > 0) break;
      }
    } catch (error) {
      problems.push(`throws when a lock is made: ${String(error)}`);
    }
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, definition: definition as unknown as LockDefinition };
}

function checkFields(definition: Record<string, unknown>, problems: string[]): void {
  const { name, kind, words, create } = definition;
  if (typeof name !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) {
    problems.push(
      `name is ${show(name)}: it must be a word of letters, digits, ".", "_" and "-", as it stands in tables`,
    );
  }
  if (!isKind(kind)) {
    problems.push(`kind is ${show(kind)}: it must be one of ${list(Object.keys(required))}`);
  }
  for (const field of ['sleeps', 'fair']) {
    if (typeof definition[field] !== 'boolean') {
      problems.push(`${field} is ${show(definition[field])}: it must be true or false`);
    }
  }
  if (!['undefined', 'boolean'].includes(typeof definition['spins'])) {
    problems.push(`spins is ${show(definition['spins'])}: it must be true or false, or left out`);
  }
  for (const field of ['about', 'since', 'source']) {
    if (!['undefined', 'string'].includes(typeof definition[field])) {
      problems.push(`${field} is ${show(definition[field])}: it must be a text, or left out`);
    }
  }
  if (!isFunction(words)) {
    problems.push(`words is ${show(words)}: it must be a function, \`(threads) => 1\``);
  }
  if (!isFunction(create)) {
    problems.push(
      `create is ${show(create)}: it must be a function, \`(base, threads) => new MyLock(base)\``,
    );
  }
  if (!['undefined', 'function'].includes(typeof definition['createToVerify'])) {
    problems.push(
      `createToVerify is ${show(definition['createToVerify'])}: it must be a function as create is, or left out`,
    );
  }
  for (const field of Object.keys(definition)) {
    if (!Object.hasOwn(fields, field)) {
      problems.push(`${field} is not a field of a lock: there are ${list(Object.keys(fields))}`);
    }
  }
}

function checkValues(
  field: string,
  values: unknown,
  threads: number,
  words: number,
  problems: string[],
): void {
  if (values === undefined) return;
  const pairs: unknown = isFunction(values) ? values(threads) : undefined;
  if (!Array.isArray(pairs)) {
    problems.push(`${field} must be a function that gives an array of [offset, value]`);
    return;
  }
  for (const pair of pairs as unknown[]) {
    const [offset, value] = Array.isArray(pair) ? (pair as unknown[]) : [];
    if (!isIntegerIn(offset, 0, words - 1) || !isIntegerIn(value, -0x8000_0000, 0x7fff_ffff)) {
      problems.push(
        `${field}(${threads}) gives ${show(pair)}: it must be [offset, value], offset from 0 to ${words - 1}, value a signed 32-bit integer`,
      );
    }
  }
}

function checkLock(
  lock: unknown,
  maker: string,
  kind: Kind,
  form: 'steps' | 'direct',
  problems: string[],
): void {
  if (typeof lock !== 'object' || lock === null) {
    problems.push(`${maker} gives ${show(lock)}: it must give the lock, an object with methods`);
    return;
  }
  const methods = lock as Record<string, unknown>;
  for (const name of [...required[kind], ...optional[kind]]) {
    const method = methods[name];
    if (method === undefined && (optional[kind] as readonly string[]).includes(name)) continue;
    if (!isFunction(method)) {
      problems.push(
        `a lock of kind ${kind} needs the method *${name}(cpu): ${list(required[kind])} are required`,
      );
    } else if (form === 'steps' && !isGenerator(method)) {
      problems.push(`${name} is not a steps function: write \`*${name}(cpu, …)\`, with the star`);
    }
  }
}

const isKind = (value: unknown): value is Kind =>
  typeof value === 'string' && Object.hasOwn(required, value);

const isFunction = (value: unknown): value is (...args: readonly unknown[]) => unknown =>
  typeof value === 'function';

const isGenerator = (method: unknown): boolean =>
  Object.prototype.toString.call(method) === '[object GeneratorFunction]';

const isIntegerIn = (value: unknown, least: number, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most;

const show = (value: unknown): string => {
  if (value === undefined) return 'missing';
  if (typeof value === 'function') return 'a function';
  return typeof value === 'symbol' ? 'a symbol' : JSON.stringify(value);
};

const list = (names: readonly string[]): string => names.join(', ');
