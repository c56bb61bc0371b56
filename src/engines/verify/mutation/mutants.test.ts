import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Judge } from './judge-in-worker.js';
import { lockFile, modulesOf, prepareMutants } from './mutated-lock.js';
import { mutantsOf } from './mutants.js';
import { reasonFor } from './survivors.js';

const source = `
const free = 0;
class Lock {
  *lock(cpu) {
    yield cpu.preemption(0);
    while ((yield cpu.cas(this.word, free, cpu.id)) !== free) yield cpu.awaitChange(this.word, 1);
    if (seen === 0) cpu.count.steals++;
  }
  *unlock(cpu) {
    yield cpu.store(this.word, free);
    yield cpu.wake(this.word, 1);
  }
  words(threads) { return threads === 1 ? 1 : 2; }
}
`;

describe('mutantsOf', () => {
  it('changes one step in each, and nothing that no other thread sees', () => {
    const found = mutantsOf(source).map(({ kind, method, before, after }) => [
      method,
      kind,
      `${before} → ${after}`,
    ]);
    assert.deepEqual(found, [
      [
        'lock',
        'weaken a compare',
        '(yield cpu.cas(this.word, free, cpu.id)) !== free → ((yield cpu.cas(this.word, free, cpu.id)), false)',
      ],
      ['lock', 'store a constant', 'cpu.id → 0'],
      ['lock', 'drop a step', 'cpu.cas(this.word, free, cpu.id) → cpu.load(this.word)'],
      [
        'lock',
        'weaken a compare',
        'cpu.cas(this.word, free, cpu.id) → cpu.swap(this.word, cpu.id)',
      ],
      ['lock', 'drop a step', 'yield cpu.awaitChange(this.word, 1); → ;'],
      [
        'unlock',
        'swap two steps',
        'yield cpu.store(this.word, free); yield cpu.wake(this.word, 1); → yield cpu.wake(this.word, 1); yield cpu.store(this.word, free);',
      ],
      ['unlock', 'drop a step', 'yield cpu.store(this.word, free); → ;'],
      ['unlock', 'store a constant', 'free → free + 1'],
      ['unlock', 'drop a wake', 'yield cpu.wake(this.word, 1); → ;'],
    ]);
    for (const { text } of mutantsOf(source)) assert.notEqual(text, source);
  });
});

describe('mutants of a lock', () => {
  it('of ticket die, every one; the lock itself lives', async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'mmlock-mutants-'));
    const judge = new Judge(directory, 5000);
    t.after(async () => {
      await judge.end();
      rmSync(directory, { recursive: true });
    });
    prepareMutants(directory);
    const text = readFileSync(lockFile('ticket'), 'utf8');
    const lock = { lock: 'ticket', module: 'ticket' };
    assert.notEqual((await judge.judge({ ...lock, text })).outcome, 'killed');
    const mutants = mutantsOf(text);
    assert.ok(mutants.length > 10);
    for (const mutant of mutants) {
      const { outcome } = await judge.judge({ ...lock, text: mutant.text });
      assert.equal(outcome, 'killed', `${mutant.method}: ${mutant.before} → ${mutant.after}`);
    }
  });

  it('are made of all that a lock imports', () => {
    assert.deepEqual(modulesOf('qrwlock'), ['qrwlock', 'ticket']);
  });

  it('survive for a reason that is said of that change alone', () => {
    const look = { method: 'takeQueued', before: '(yield cpu.load(this.count)) !== waitingBias' };
    assert.ok(reasonFor('rwsem-steal', { ...look, after: 'false' }));
    assert.equal(reasonFor('rwsem-fifo', { ...look, after: 'false' }), undefined);
  });
});
