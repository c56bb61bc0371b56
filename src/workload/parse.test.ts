import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hasErrors } from './diagnostic.js';
import { faults, parseText, screen, testNames, workloadText } from './parse.test-support.js';
import { parseWorkload } from './parse.js';
import { largestFile } from './read-text.js';

test('a right file is read into base units, with defaults where they are not the compiler’s', () => {
  const { workload, diagnostics } = parseText(`name: storm
space: { processes: 2, memory: 512MiB, notifier: { share: 10%, callback: 50us } , regions: [
    { name: heap, kind: anon, vmas: 4, pages: 512 }] }
roles:
  - { name: faulter, threads: 75%, ops: [{ op: fault, region: heap, span: shared }] }
  - { name: opener, threads: 2, rate: 5000/s, ops: [{ op: section, lock: mmap_lock, write: 20%, hold: 1us }] }
run: { duration: 500ms, warmup: 0.2s, blocks: 9, sim: { duration: 10ms }, kernel: { blocks: 6 } }
strategies: [mutex, { name: mine, mmap_lock: ./mine.mjs, hold_limit: 64 }]
expect:
  - { claim: c, metric: p99, op: fault, of: mine, than: { strategy: mutex }, ratio: { max: 0.5 } }
  - { claim: v, metric: wait.p99, of: mutex, value: { max: 50us } }
gate: { throughput: { max_drop: 5% }, p99: [{ role: opener, max_rise: 25% }], ignore: [{ metric: p99 }] }
`);
  assert.deepEqual(diagnostics, []);
  assert.ok(workload);
  assert.deepEqual(workload.space?.notifier, { share: 0.1, callback: 50_000 });
  assert.equal(workload.space.memory, 512 * 2 ** 20);
  assert.deepEqual(workload.roles[0]?.threads, { share: 0.75 });
  assert.deepEqual(workload.roles[0].ops, [
    { op: 'fault', region: 'heap', access: 'write', pages: 1, pick: 'sequential', span: 0 },
  ]);
  assert.deepEqual(workload.roles[1]?.threads, { count: 2 });
  assert.equal(workload.roles[1].rate, 5000);
  assert.deepEqual(workload.run, {
    duration: 500e6,
    warmup: 200e6,
    blocks: 9,
    sim: { duration: 10e6 },
    kernel: { blocks: 6 },
  });
  assert.deepEqual(workload.strategies[1], {
    name: 'mine',
    mmap_lock: './mine.mjs',
    hold_limit: 64,
  });
  assert.deepEqual(workload.expect[1]?.value, { max: 50_000 });
  assert.deepEqual(workload.gate?.throughput, { max_drop: 0.05 });
});

test('every fault of a file is told at once, each with line, column and the nearest valid word', () => {
  assert.deepEqual(
    faults(`name: bad one
spce: 3
space:
  memory: 5Gb
  regions:
    - { name: heap, kind: anonn, pages: many }
    - { name: text, kind: anon, pages: 25, io: 80us }
    - { name: text, kind: file, pages: 0 }
roles:
  - name: faulter
    threads: 0
    think:
    ops:
      - { op: falt, region: heap }
      - { op: fault, region: heep, acess: write }
  - name: b
    threads: 90%
    rate: 5000
    ops: []
  - name: c
    threads: 20%
    ops: { op: fault }
strategies: [mutx, { name: q, granularity: whle, mmap_lock: qrwlok, fault_io: dorp }, mutex, mutex]
baseline: mutx2
expect:
  - { claim: x, metric: p98, of: mutex, than: q, ratio: { min: 2, max: 1 } }
gate: { p99: { max_drop: 5 } }
`),
    [
      '1:7 "bad one" cannot be a name: a name has 1 to 64 letters, digits, dots, dashes and underscores, and starts with a letter or digit',
      '2:1 unknown key "spce" — did you mean "space"?',
      '4:11 memory: unknown unit "Gb" in the size "5Gb" — did you mean "5GiB"?',
      '6:27 unknown kind "anonn" — did you mean "anon"?',
      '6:41 pages must be a number, not "many"',
      '7:44 io is for regions of kind file: leave it out or say kind: file',
      '8:15 there are two regions named "text": give one another name',
      '8:40 pages must be at least 1, not 0',
      '11:14 threads: a role needs 1 to 1024 threads, not 0',
      '12:5 think: expected a duration such as 20us',
      '14:15 unknown operation "falt" — did you mean "fault"?',
      '15:30 unknown region "heep" — did you mean "heap"?',
      '15:36 unknown key "acess" in roles[0].ops[1] — did you mean "access"?',
      '18:11 rate: 5000 has no unit: write the rate as 5000/s',
      '19:10 ops needs at least 1 entry',
      "21:14 the roles' percentages add up to 110%: they share what numbered roles leave, at most 100%",
      '22:10 ops must be a list, not a mapping',
      '23:14 unknown strategy "mutx" — did you mean "mutex"?',
      '23:44 unknown granularity "whle" — did you mean "whole"?',
      '23:61 unknown lock "qrwlok" — did you mean "qrwlock"?',
      '23:79 unknown fault_io "dorp" — did you mean "drop"?',
      '23:94 "mutex" is in strategies twice: leave one out, or give it another name',
      '24:11 unknown strategy "mutx2" — did you mean "mutx"? (baseline is one of strategies)',
      '26:25 unknown metric "p98" — did you mean "p90"?',
      '26:57 min is above max: nothing can be inside',
      '27:16 p99 gets worse when it rises: write max_rise',
      '27:26 max_drop: 5 has no unit: write the percentage as 75%',
    ],
  );
});

test('a screen shows each fault under its line, and how many there are', () => {
  const text = workloadText('{ op: falt, region: heap }').replace('[mutex, rwsem', '[mutx, rwsem');
  assert.equal(
    screen(text),
    `w.yaml:8:45 error  unknown operation "falt" — did you mean "fault"?
  8 |   - { name: one, threads: 100%, ops: [{ op: falt, region: heap }] }
    |                                             ^^^^
w.yaml:9:14 error  unknown strategy "mutx" — did you mean "mutex"?
  9 | strategies: [mutx, rwsem-spin]
    |              ^^^^
2 errors. Schema: mmlock schema
`,
  );
});

test('what is no YAML, or no workload, is refused at its place', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['', ['0:0 the file is empty: mmlock init writes a first workload']],
    ['- 1\n', ['1:1 the file must be a mapping, not a list']],
    ['hello', ['1:1 the file must be a mapping, not "hello"']],
    ['a: *b\n', ['1:4 unknown alias "*b": no anchor before it']],
    ['roles: &a [*a]\n', ['1:12 alias "*a" stands inside its own anchor']],
    [
      'a: [1\nb: 2\n',
      [
        '2:1 not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
      ],
    ],
    [
      `${workloadText('{ op: fork }')}---\nname: second\n`,
      ['10:1 a second document begins here: a workload file holds one'],
    ],
    [`name: again\n${workloadText('{ op: fork }')}`, ['2:1 the key is there twice: keep one']],
    ['['.repeat(3000), ['1:1 nested too deeply to be a workload']],
    ['- '.repeat(3000), ['1:1 nested too deeply to be a workload']],
  ];
  for (const [text, expected] of cases) {
    assert.deepEqual(faults(text), expected, text.slice(0, 60));
  }
});

test('aliases may be used, but not to exhaust memory', () => {
  const shared = workloadText('&write { op: fault, region: heap, pages: 2 }, *write');
  assert.deepEqual(faults(shared), []);
  let bomb = 'a: &a [x, x, x, x, x, x, x, x, x]\n';
  for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef'] as const) {
    bomb += `${String(to)}: &${String(to)} [${Array(9)
      .fill(`*${String(from)}`)
      .join(', ')}]\n`;
  }
  assert.deepEqual(faults(bomb), [
    '1:1 aliases expand to more than a workload needs: write the values out',
  ]);
});

test('a file that is too long to be a workload is not parsed', () => {
  const { diagnostics } = parseWorkload('#'.repeat(largestFile + 1), 'w.yaml', testNames);
  assert.deepEqual(
    diagnostics.map(({ message }) => message),
    ['is larger than 1MiB: is it a workload?'],
  );
});

test('what cannot be is refused by name, not ignored', () => {
  const text = workloadText('{ op: fork }')
    .replace('strategies: [mutex,', 'strategies: [null,')
    .replace(
      'rwsem-spin]',
      'rwsem-spin, { name: r, granularity: whole, mmap_lock: mutex }]\n' +
        'expect: [{ claim: c, metric: p99, of: { strategy: r, threads: 8 }, value: { max: 1us } }]',
    );
  assert.deepEqual(faults(text), [
    '9:14 null is YAML\'s "nothing", no strategy: without any lock the model would race; "private" is the upper bound',
    '10:54 "threads" would name cells of a matrix, and this file has none: a claim compares strategies of one run',
  ]);
});

test('a file with Windows line ends and control characters is shown cleanly', () => {
  const text = workloadText('{ op: fork }', 'b\u001b[31md: 1\n').replaceAll('\n', '\r\n');
  const shown = screen(text);
  assert.match(shown, /^w\.yaml:10:1 error {2}unknown key/);
  assert.ok(!shown.includes('\r') && !shown.includes('\u001b'));
  assert.ok(hasErrors(parseText(text).diagnostics));
});

test('whatever is done to a file, it is read or refused at a place that it has', () => {
  const text = workloadText(
    '{ op: mmap, pages: 8 }, { op: fault, region: mapped }, { op: munmap }',
    'expect:\n  - { claim: c, metric: p99, of: mutex, than: rwsem-spin, ratio: { max: 1 } }\n',
  );
  const piece = fc.constantFrom(
    '',
    ' ',
    '\n',
    ':',
    '- ',
    '[',
    '}',
    '&a ',
    '*a',
    '"',
    '#',
    '0',
    'x',
    '|\n',
    '!!',
    '~',
  );
  const position = fc.nat({ max: text.length });
  fc.assert(
    fc.property(position, fc.nat({ max: 30 }), piece, (from, length, added) => {
      const changed = text.slice(0, from) + added + text.slice(from + length);
      const lines = changed.split('\n');
      const { workload, diagnostics } = parseText(changed);
      assert.equal(workload === undefined, hasErrors(diagnostics));
      for (const { line, column, length: underlined, source } of diagnostics) {
        if (line === 0) continue;
        assert.equal(source, lines[line - 1]?.replace(/\r$/, ''));
        assert.ok(column >= 1 && column - 1 <= source.length && underlined >= 1);
      }
    }),
    { numRuns: 500 },
  );
});
