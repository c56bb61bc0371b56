import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileClaims } from './compile-claims.js';
import { faults, parseText } from './parse.test-support.js';
import type { ParsedCell } from './parse.js';

const storm = (matrix: string, expect = ''): string => `name: storm
space:
  processes: 1
  regions:
    - { name: heap, kind: anon, vmas: 4, pages: 512 }
    - { name: v1.2, kind: anon, pages: 512 }
roles:
  - { name: faulter, threads: 75%, ops: [{ op: fault, region: heap }] }
  - name: mapper
    threads: 1
    ops:
      - { op: mmap, pages: 64 }
      - { op: mprotect, region: mapped, access: read, label: protect }
      - { op: mprotect, region: mapped, access: write }
      - { op: munmap }
matrix: ${matrix}
strategies: [mutex, rwsem-spin, { name: mine, mmap_lock: mutex }]
${expect}`;

function cellsOf(matrix: string, expect = ''): readonly ParsedCell[] {
  const { cells, diagnostics } = parseText(storm(matrix, expect));
  assert.deepEqual(diagnostics, []);
  return cells;
}

const namesOf = (matrix: string): string[] =>
  cellsOf(matrix).map(({ cell }) => cell?.name ?? 'none');

test('a cell for every combination, in the order of the file, the last knob changing fastest', () => {
  assert.deepEqual(namesOf('{ threads: [2, 4], roles.faulter.think: [0us, 10us] }'), [
    'threads=2,roles.faulter.think=0us',
    'threads=2,roles.faulter.think=10us',
    'threads=4,roles.faulter.think=0us',
    'threads=4,roles.faulter.think=10us',
  ]);
});

test('each cell is the workload with its values, and says how many threads it has', () => {
  const cells = cellsOf('{ threads: [2, 4], space.regions.heap.vmas: [1, 64] }');
  assert.deepEqual(
    cells.map(({ threads, workload }) => [
      threads?.count,
      workload.space?.regions.map(({ vmas }) => vmas),
    ]),
    [
      [2, [1, 1]],
      [2, [64, 1]],
      [4, [1, 1]],
      [4, [64, 1]],
    ],
  );
  assert.deepEqual(cells[1]?.cell?.values, { threads: 2, 'space.regions.heap.vmas': 64 });
});

const knobs: readonly (readonly [
  knob: string,
  value: string,
  read: (cell: ParsedCell) => unknown,
  is: unknown,
])[] = [
  ['space.processes', '2', ({ workload }) => workload.space?.processes, 2],
  ['space.regions.v1.2.pages', '64', ({ workload }) => workload.space?.regions[1]?.pages, 64],
  ['space.notifier.share', '1%', ({ workload }) => workload.space?.notifier?.share, 0.01],
  ['roles.faulter.threads', '2', ({ workload }) => workload.roles[0]?.threads, { count: 2 }],
  ['roles.mapper.think', '5us', ({ workload }) => workload.roles[1]?.think, 5000],
  ['roles.mapper.ops.mmap.pages', '8', ({ workload }) => pagesOf(workload, 0), 8],
  ['roles.mapper.ops.protect.pages', '8', ({ workload }) => pagesOf(workload, 1), 8],
  ['roles.mapper.ops.2.pages', '8', ({ workload }) => pagesOf(workload, 2), 8],
  ['run.sim.duration', '5ms', ({ workload }) => workload.run?.sim?.duration, 5e6],
  ['strategies.mine.hold_limit', '32', ({ workload }) => limitOf(workload), 32],
];

function pagesOf({ roles }: ParsedCell['workload'], entry: number): unknown {
  const op = roles[1]?.ops[entry];
  return op !== undefined && 'pages' in op ? op.pages : undefined;
}

function limitOf({ strategies }: ParsedCell['workload']): unknown {
  const mine = strategies[2];
  return typeof mine === 'object' ? mine.hold_limit : undefined;
}

for (const [knob, value, read, is] of knobs) {
  test(`a knob: ${knob}`, () => {
    // A notifier needs its callback too.
    const more = knob.includes('notifier') ? ', space.notifier.callback: [1us]' : '';
    assert.deepEqual(cellsOf(`{ ${knob}: [${value}]${more} }`).map(read), [is]);
  });
}

const wrong: readonly (readonly [matrix: string, ...faults: string[]])[] = [
  ['{}', '16:1 matrix needs a knob with its values, such as threads: [1, 2, 4]'],
  ['{ threads: [] }', '16:20 threads needs at least 1 entry'],
  ['{ threads: 4 }', '16:20 threads must be a list, not 4'],
  ['{ threads: [1.5] }', '16:21 threads must be a whole number from 1 to 1024, not 1.5'],
  ['{ threads: [2, 2] }', '16:24 2 is there twice: keep one'],
  ['{ thread: [2] }', '16:11 unknown knob "thread" — did you mean "threads"?'],
  ['{ roles.faulter: [2] }', '16:11 roles.faulter is an entry of a list: name a key of it'],
  ['{ space: [2] }', '16:11 space is a whole section: name a key in it'],
  [
    '{ roles.faultr.think: [1us] }',
    '16:11 roles has no such entry: unknown name "faultr" — did you mean "faulter"?',
  ],
  ['{ space.notifier.share: [1%] }', '16:34 missing key "callback" in space.notifier'],
  ['{ roles.faulter.thnk: [1us] }', '16:32 unknown key "thnk" in roles[0] — did you mean "think"?'],
  [
    '{ roles.faulter.think: [1us, 10] }',
    '16:38 think: 10 has no unit: write the duration as 20us (in cell roles.faulter.think=10)',
  ],
  [
    '{ space.regions.heap.pages: [512, 0] }',
    '16:43 pages must be at least 1, not 0 (in cell space.regions.heap.pages=0)',
  ],
  [
    '{ space.notifer.share: [1%] }',
    '16:33 unknown key "notifer" in space — did you mean "notifier"?',
  ],
  [
    '{ space.processes.x: [1] }',
    '16:11 space.processes is a value, not a section that space.processes.x could be in',
  ],
];

for (const [matrix, ...expected] of wrong) {
  test(`refused, at its place: ${matrix}`, () => {
    assert.deepEqual(faults(storm(matrix)), expected);
  });
}

test('an entry that a word does not tell from another is asked for by number', () => {
  const text = storm('{ roles.mapper.ops.mprotect.pages: [1] }').replace(', label: protect', '');
  assert.deepEqual(faults(text), [
    '16:11 roles.mapper.ops has 2 entries mprotect: name it by its number, from 0, or give it a label',
  ]);
});

test('too many cells are refused', () => {
  const twenty = Array.from({ length: 20 }, (_, i) => i + 1).join(', ');
  assert.deepEqual(faults(storm(`{ threads: [${twenty}], space.processes: [${twenty}] }`)), [
    '16:1 matrix has 400 cells, and at most 256 are run at once: give it fewer values',
  ]);
});

test('what is wrong in every cell shows once, and other faults with it', () => {
  const text = storm('{ space.processes: [1, 2] }').replace('region: heap', 'region: haep');
  assert.deepEqual(faults(text), ['8:63 unknown region "haep" — did you mean "heap"?']);
});

test('values that two places share are changed in one', () => {
  const text = storm('{ space.regions.heap.pages: [8] }').replace(
    /\{ name: heap.*\}\n.*\{ name: v1\.2.*\}/,
    '{ name: heap, kind: anon, vmas: 4, pages: &n 512 }\n    - { name: v1.2, kind: anon, pages: *n }',
  );
  const [cell] = parseText(text).cells;
  assert.deepEqual(
    cell?.workload.space?.regions.map(({ pages }) => pages),
    [8, 512],
  );
});

/** Of each cell the claims judged in it, as `text: of > than`. */
function claimsOf(matrix: string, expect: string): Record<string, string[]> {
  const cells = cellsOf(matrix, `expect:\n${expect}`);
  const all = cells.flatMap(({ cell }) => cell ?? []);
  return Object.fromEntries(
    cells.map(({ cell: own, workload, source }) => [
      own?.name ?? '',
      compileClaims(workload, source, own === null ? null : { own, all }).map((claim) =>
        claim.kind === 'ratio'
          ? `${claim.text}: ${claim.of.cell ?? 'here'} > ${claim.than.cell ?? 'here'}`
          : claim.text,
      ),
    ]),
  );
}

test('a claim that names no value is judged in every cell', () => {
  const claim = '  - { claim: c, metric: p99, of: mutex, than: rwsem-spin, ratio: { max: 2 } }';
  assert.deepEqual(claimsOf('{ threads: [2, 4] }', claim), {
    'threads=2': ['c: here > here'],
    'threads=4': ['c: here > here'],
  });
});

test('of says in which cells, and than is there but for what it names', () => {
  const claim =
    '  - { claim: c, metric: p99, of: { strategy: mutex, threads: 4 }, than: { strategy: mutex, threads: 2 }, ratio: { max: 2 } }';
  assert.deepEqual(claimsOf('{ threads: [2, 4], space.processes: [1, 2] }', claim), {
    'threads=2,space.processes=1': [],
    'threads=2,space.processes=2': [],
    'threads=4,space.processes=1': ['c: here > threads=2,space.processes=1'],
    'threads=4,space.processes=2': ['c: here > threads=2,space.processes=2'],
  });
});

test('a cell is not compared with itself', () => {
  const claim =
    '  - { claim: c, metric: p99, of: mutex, than: { strategy: mutex, threads: 2 }, ratio: { max: 2 } }';
  assert.deepEqual(claimsOf('{ threads: [2, 4] }', claim), {
    'threads=2': [],
    'threads=4': ['c: here > threads=2'],
  });
});

test('a claim names knobs and values of the matrix', () => {
  const of = (selector: string): string[] =>
    faults(
      storm(
        '{ threads: [2, 4] }',
        `expect: [{ claim: c, metric: p99, of: { strategy: mutex, ${selector} }, value: { max: 1us } }]`,
      ),
    );
  assert.deepEqual(of('threads: 4'), []);
  assert.deepEqual(of('threads: 8'), ['18:67 no cell of the matrix has threads 8: use 2 or 4']);
  assert.deepEqual(of('thread: 4'), ['18:58 unknown key "thread" — did you mean "threads"?']);
});
