import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import type { Steps } from '../machine/steps.js';
import { canDowngrade } from './can-downgrade.js';
import type { Mutex, ReadWriteDefinition, ReadWriteLock } from './definition.js';

function* nothing(cpu: Cpu): Steps {
  yield cpu.pause();
}

const plain: ReadWriteLock = {
  readLock: nothing,
  readUnlock: nothing,
  writeLock: nothing,
  writeUnlock: nothing,
};

const definitionOf = (lock: ReadWriteLock): ReadWriteDefinition => ({
  name: 'mine',
  kind: 'rw',
  sleeps: false,
  fair: false,
  words: () => 1,
  create: () => lock,
});

describe('canDowngrade', () => {
  it('asks the lock, not its kind', () => {
    assert.equal(canDowngrade(definitionOf(plain)), false);
    assert.equal(canDowngrade(definitionOf({ ...plain, downgrade: nothing })), true);
  });

  it('is no for a mutex, whatever methods it has: there are no readers to become one of', () => {
    const lock = { lock: nothing, unlock: nothing, downgrade: nothing };
    const create = (): Mutex => lock;
    const { name, sleeps, fair, words } = definitionOf(plain);
    assert.equal(canDowngrade({ name, kind: 'mutex', sleeps, fair, words, create }), false);
  });
});
