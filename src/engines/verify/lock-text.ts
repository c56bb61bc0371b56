import { createHash } from 'node:crypto';
import type { LockDefinition } from '../../locks/definition.js';
import { lockBase } from './lock-subject.js';
import { lockUnderTest } from './lock-under-test.js';

/**
 * A hash of the code that a lock consists of, in hexadecimal: its definition's functions, its class and
 * those it inherits from, and the same of the locks it is made of. It tells whether a saved interleaving
 * was found in this text.
 */
export function lockTextHash(definition: LockDefinition): string {
  const texts = new Set<string>();
  for (const part of [
    definition.words,
    definition.initial,
    definition.idle,
    definition.createToVerify ?? definition.create,
  ]) {
    texts.add(String(part));
  }
  addClasses(lockUnderTest(definition, lockBase, 2), texts);
  return createHash('sha256')
    .update([...texts].join('\n'))
    .digest('hex');
}

/** The classes that a thing is made of, without those of its parts. */
export function textsOf(part: object): readonly string[] {
  const texts: string[] = [];
  for (
    let type: unknown = part.constructor;
    typeof type === 'function' && type !== Object && type !== Function.prototype;
    type = Object.getPrototypeOf(type)
  ) {
    texts.push(String(type));
  }
  return texts;
}

function addClasses(part: object, texts: Set<string>): void {
  for (const text of textsOf(part)) texts.add(text);
  for (const value of Object.values(part) as unknown[]) {
    if (typeof value === 'object' && value !== null) addClasses(value, texts);
  }
}
