import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faults, workloadText } from './parse.test-support.js';

/** Column in line 8 at which the first entry of `ops` begins. */
const first = 39;
const at = (ops: string, part: string, from = 0): string => `8:${first + ops.indexOf(part, from)}`;

function expectFault(ops: string, part: string, message: string, from = 0): void {
  assert.deepEqual(faults(workloadText(ops)), [`${at(ops, part, from)} ${message}`], ops);
}

test('rounds that give back what they take are right', () => {
  for (const ops of [
    '{ op: mmap, pages: 8 }, { op: fault, region: mapped, pages: 8 }, { op: munmap }',
    '{ op: mmap, file: text, pages: 8 }, { op: exec-text, region: mapped }, { op: munmap, region: mapped }',
    '{ op: mmap, file: data, pages: 8 }, { op: fault, region: mapped }, { op: munmap }',
    '{ op: brk, pages: 8 }, { op: brk, pages: 4 }, { op: brk, pages: -12 }',
    '{ op: uprobe-register, region: text }, { op: uprobe-unregister, region: text }',
    '{ op: fault, region: heap, weight: 2 }, { op: madvise, region: heap, weight: 0.5 }',
    '{ op: gup, region: heap, held: true, caller: locked }, { op: gup-fast, region: heap, pin: 20us }',
    '{ op: truncate, file: data, pages: 4 }, { op: notifier, region: heap, pages: 4 }',
    '{ op: mmap, pages: 8 }, { op: file-write, file: data, buffer: mapped }, { op: munmap }',
    '{ op: section, lock: rmap_lock, write: true, hold: 1us, sleep: true }',
  ]) {
    assert.deepEqual(faults(workloadText(ops)), [], ops);
  }
});

test('a round that leaves something behind, or takes what is not there, is refused', () => {
  const gone = 'nothing is mapped here: an mmap must come before, in the same round';
  expectFault('{ op: fault, region: mapped }', 'mapped', gone);
  expectFault('{ op: munmap }', '{', gone);
  expectFault('{ op: mmap, pages: 1 }, { op: munmap }, { op: munmap }', '{', gone, 30);
  expectFault(
    '{ op: mmap, pages: 1 }',
    '{',
    'what this maps is left over at the end of the round: add { op: munmap }',
  );
  expectFault(
    '{ op: mmap, pages: 1 }, { op: mmap, pages: 2 }, { op: munmap }',
    '{',
    'what was mapped before is still there: munmap it first',
    5,
  );
  expectFault(
    '{ op: brk, pages: 4 }',
    '{',
    'the heap is 4 pages larger at the end of the round: add { op: brk, pages: -4 }',
  );
  expectFault(
    '{ op: brk, pages: -4 }',
    '-4',
    'shrinks the heap by 4 pages when this round has grown it by 0',
  );
  expectFault(
    '{ op: uprobe-register, region: text }',
    '{',
    'the probe is left over at the end of the round: add a uprobe-unregister',
  );
  expectFault(
    '{ op: uprobe-unregister, region: text }',
    '{',
    'no probe is registered here: a uprobe-register of the same region and span must come before',
  );
});

test('with weights all entries have one, and none needs another', () => {
  expectFault(
    '{ op: fault, region: heap, weight: 1 }, { op: fork }',
    '{ op: fork',
    'other entries of this role have a weight, so this one needs one too',
  );
  expectFault(
    '{ op: mmap, pages: 1, weight: 1 }, { op: fork, weight: 1 }',
    '{',
    'with weights a round is one entry, and mmap needs others in its round: put them into a role without weights',
  );
});

test('operations fit their regions', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    [
      '{ op: fault, region: text }',
      'text',
      'region "text" is not writable: say access: read, or make the region writable',
    ],
    [
      '{ op: exec-text, region: heap }',
      'heap',
      'exec-text needs text: region "heap" is not executable',
    ],
    [
      '{ op: truncate, file: heap }',
      'heap',
      'truncate needs a region of kind file, and "heap" is anonymous',
    ],
    [
      '{ op: fault, region: heap, span: 2000 }',
      '2000',
      'a span of 2000 pages in a region of 1024: at most the region',
    ],
    [
      '{ op: madvise, region: heap, span: 8, pages: 9 }',
      '9',
      '9 pages in one call, of 8: at most the span',
    ],
    [
      '{ op: file-write, file: data, buffer: heap }',
      'data',
      "a page of the buffer goes to the page of the same number: the file needs the buffer's 1024 pages, and has 64",
    ],
    [
      '{ op: gup, region: heap, held: true, caller: fast }',
      'fast',
      'a caller that holds mmap_lock already cannot be "fast": it would take the lock twice; leave caller out',
    ],
    [
      '{ op: fork, label: refill }',
      'refill',
      '"refill" is the row of the refills of a span: choose another label',
    ],
  ];
  for (const [ops, part, message] of cases) expectFault(ops, part, message);
  expectFault(
    '{ op: mmap, pages: 4, file: data }, { op: mprotect, region: mapped, pages: 5, access: read }, { op: munmap }',
    '5,',
    '5 pages in one call, of 4 that are mapped',
  );
  expectFault(
    '{ op: mmap, pages: 65, file: data }, { op: munmap }',
    '65',
    'maps 65 pages of a file that has 64',
  );
});

test('claims and gates speak of what there is, and say one thing each', () => {
  const claims = (lines: string): string[] =>
    faults(workloadText('{ op: fault, region: heap }', `expect:\n${lines}`)).map((fault) =>
      fault.replace(/^11:\d+ /, ''),
    );
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['{ claim: c, metric: p99, op: refill, of: mutex, than: rwsem-spin, ratio: { max: 1 } }', []],
    [
      '{ claim: c, metric: mmap_lock.sleeps, order: [mutex, rwsem-spin] }',
      ['of mmap_lock.sleeps neither more nor less is better, so it orders nothing: claim a ratio'],
    ],
    [
      '{ claim: c, metric: p99, order: [mutex, rwsm-spin] }',
      ['unknown strategy "rwsm-spin" — did you mean "rwsem-spin"? (it must be one of strategies)'],
    ],
    [
      '{ claim: c, metric: p99, role: on, of: mutex, value: { max: 1us } }',
      ['unknown role "on" — did you mean "one"?'],
    ],
    [
      '{ claim: c, metric: p99, op: fork, of: mutex, value: { max: 1us } }',
      ['role "one" has no fork: name the role that has, or one of fault, refill'],
    ],
    [
      '{ claim: c, metric: p99, op: falt, of: mutex, value: { max: 1us } }',
      ['unknown operation "falt" — did you mean "fault"? (role "one")'],
    ],
    [
      '{ claim: c, metric: p99, of: mutex, value: { max: 50 } }',
      ['p99 is a time: write max as 50us'],
    ],
    [
      '{ claim: c, metric: fairness, of: mutex, value: { max: 5us } }',
      ['fairness is no time: write max as a plain number'],
    ],
    ['{ claim: c, metric: p99, of: mutex, value: {} }', ['value needs min, max or both']],
    [
      '{ claim: c, metric: p99 }',
      [
        'says nothing that can be judged: add ratio (with of and than), value, order or unsupported',
      ],
    ],
    [
      '{ claim: c, of: mutex, ratio: { min: 1 } }',
      [
        'missing key "than": a claim with ratio needs it',
        'missing key "metric": a claim with ratio needs it',
      ],
    ],
    [
      '{ claim: c, of: mutex, metric: p99, unsupported: true }',
      ['metric has no meaning beside unsupported: leave it out'],
    ],
    ['{ claim: c, of: mutex, unsupported: false }', ['unsupported must be true, not false']],
    [
      '{ claim: c, metric: p99, of: mutex, value: { max: 1us }, order: [mutex, rwsem-spin] }',
      ['value and order are two claims: make an entry of each'],
    ],
  ];
  for (const [claim, expected] of cases) assert.deepEqual(claims(`  - ${claim}`), expected, claim);
  const gate = (text: string) =>
    faults(workloadText('{ op: fault, region: heap }', `gate: ${text}\n`));
  assert.deepEqual(gate('{ p99: { role: one } }'), ['10:14 gate.p99 needs max_drop or max_rise']);
  assert.deepEqual(gate('{ thoughput: { max_drop: 5% } }'), [
    '10:9 unknown metric "thoughput" — did you mean "throughput"?',
  ]);
  assert.deepEqual(gate('{ p99: { max_drop: 5% }, throughput: [{ max_rise: auto }] }'), [
    '10:16 p99 gets worse when it rises: write max_rise',
    '10:47 throughput gets worse when it drops: write max_drop',
  ]);
  assert.deepEqual(gate('{ spins: { max_rise: 5% } }'), [
    '10:9 of spins neither more nor less is better, so it cannot regress: claim a ratio in expect',
  ]);
  assert.deepEqual(gate('{ p99: { max_rise: 5 } }'), [
    '10:26 max_rise: 5 has no unit: write the percentage as 75%',
  ]);
});

test('spaces and roles that contradict themselves are refused', () => {
  const text = workloadText('{ op: fork }')
    .replace('probes: 2 }', 'probes: 2, writable: true }')
    .replace('name: data, kind: file, pages: 64', 'name: mapped, kind: file, pages: 64, probes: 1')
    .replace('threads: 100%', 'threads: 100%, process: 1, arrival: constant, think: 1us');
  assert.deepEqual(faults(text), [
    '5:62 breakpoints go into text that is not writable: leave writable out',
    '6:15 "mapped" stands for what a thread mapped last: give the region another name',
    '6:46 breakpoints go into executable text: add executable: true',
    '8:42 there is no process 1: they count from 0, and space.processes is 1',
    '8:45 arrival says how rounds of an open loop arrive: add rate, or leave it out',
  ]);
});
