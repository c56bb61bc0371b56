import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { builtInMachine } from '../engines/sim/read-machine.js';
import { Counters } from '../machine/counters.js';
import { summaryColumns, summaryCsv } from './csv-summary.js';
import { csvText, guarded } from './csv-text.js';
import { trialColumns, trialsCsv } from './csv.js';
import { parseCsvRecords } from './csv.test-support.js';
import type { WorkloadResult } from './result.js';
import {
  histogramOf,
  testArm,
  testPlan,
  testResult,
  testRoles,
  testRow,
  testTrial,
  testWorkload,
} from './result.test-support.js';

/** Seven blocks of two strategies with one role, and one refused. */
function small(changes: Partial<WorkloadResult> = {}): WorkloadResult {
  const roles = testRoles.slice(0, 1).map((role) => ({ ...role, rows: ['fault'] }));
  const blocks = [1, 2, 3, 4, 5, 6, 7];
  const row = (strategy: string) =>
    testRow('faulter', 'fault', {
      counts: strategy === 'mutex' ? [100, 200, 300] : [400, 400, 400],
      latency: histogramOf([...new Array<number>(99).fill(200), 5000]),
      wait: histogramOf([60, 60, 60]),
      hold: histogramOf([100]),
      maxNs: 6000,
      waitMaxNs: 70,
      holdMaxNs: 110,
      starvationNs: 9000,
    });
  return testWorkload(
    {
      plan: testPlan({ roles }),
      reference: 'mutex',
      strategies: [
        testArm('mutex'),
        testArm('qrwlock'),
        testArm('rwlock', { status: 'unsupported', reason: 'sleeps, "it" does' }),
      ],
      trials: blocks.flatMap((block) =>
        ['mutex', 'qrwlock'].map((strategy) =>
          testTrial(strategy, block, {
            rows: [row(strategy)],
            counters: {
              mmap_lock: Object.assign(new Counters(), { acquisitions: 600, sleeps: 4 }),
              zone: Object.assign(new Counters(), { acquisitions: 30, sleeps: 1 }),
            },
          }),
        ),
      ),
      ...changes,
    },
    0,
  );
}
const result = testResult({ workloads: [small()] });

describe('trialsCsv', () => {
  it('has the promised columns first, in order', () => {
    assert.equal(
      trialColumns.slice(0, 20).join(', '),
      'workload, engine, strategy, trial, threads, role, op, count, seconds, ops_per_s, mean_ns, ' +
        'p50_ns, p90_ns, p99_ns, p999_ns, max_ns, wait_mean_ns, wait_p99_ns, wait_max_ns, fairness',
    );
    assert.equal(
      trialColumns.slice(20, 30).join(','),
      'status,reason,role_threads,open_loop,sampled,hold_mean_ns,hold_p99_ns,hold_max_ns,starvation_ns,min_share',
    );
    assert.deepEqual(trialColumns.slice(-3), ['machine', 'cpus', 'cell']);
    assert.equal(new Set(trialColumns).size, trialColumns.length);
  });

  it('writes a row for each trial, role and operation, and one for a refused strategy', () => {
    const lines = trialsCsv(result).split('\n');
    assert.equal(lines.length, 1 + 14 + 1 + 1);
    assert.equal(lines[0], trialColumns.join(','));
    const [mutex = '', qrwlock = ''] = lines.slice(1);
    const counters = '630,0,0,0,5,0,0,0,0,0';
    const shown = mutex.split(counters);
    assert.equal(
      shown[0],
      'fault-storm,threads,mutex,1,4,faulter,fault,600,0.5,1200,248,200,200,200,5023,6000,0.3,0,70,' +
        '0.857142857,ok,,3,false,1,100,100,110,9000,0.166666667,',
    );
    assert.match(shown[1] ?? '', /^,3,[0,]*,,4,fault-storm\/threads=4\/mutex$/);
    assert.match(qrwlock, /^fault-storm,threads,qrwlock,1,4,faulter,fault,1200,0\.5,2400,/);
    const last = lines.at(-2) ?? '';
    assert.match(
      last,
      /^fault-storm,threads,rwlock,,4,{16}unsupported,"sleeps, ""it"" does",+4,fault-storm\/threads=4\/rwlock$/,
    );
  });

  it('leaves empty what was not measured, and never writes 0 for it', () => {
    const untimed = small({
      strategies: [testArm('mutex')],
      trials: [
        testTrial('mutex', 1, { rows: [testRow('faulter', 'fault', { counts: [0, 0, 0] })] }),
      ],
    });
    const field = firstRow(untimed);
    for (const name of [
      'mean_ns',
      'p50_ns',
      'p999_ns',
      'wait_mean_ns',
      'hold_p99_ns',
      'fairness',
    ]) {
      assert.equal(field(name), '', name);
    }
    assert.equal(field('count'), '0');
    assert.equal(field('machine'), '');
  });

  it('has no percentile above the maximum, though their bucket reaches beyond it', () => {
    const times = { latency: histogramOf([200, 5000]), maxNs: 5000 };
    const holds = { hold: histogramOf([9000]), holdMaxNs: 9000 };
    const row = testRow('faulter', 'fault', { counts: [2, 0, 0], ...times, ...holds });
    const field = firstRow(
      small({ strategies: [testArm('mutex')], trials: [testTrial('mutex', 1, { rows: [row] })] }),
    );
    assert.equal(field('p50_ns'), '200');
    assert.equal(field('p99_ns'), '5000');
    assert.equal(field('hold_p99_ns'), '9000');
  });
});

/** Fields of the first row, by column. */
function firstRow(workload: WorkloadResult): (column: string) => string | undefined {
  const [header = '', row = ''] = trialsCsv(testResult({ workloads: [workload] })).split('\n');
  return (column) => row.split(',')[header.split(',').indexOf(column)];
}

describe('csvText', () => {
  it('quotes as RFC 4180 says, ends lines with LF, and disarms formulas in names', () => {
    const text = csvText(
      ['a', 'b'],
      [
        { a: 'x,y', b: 'say "hi"' },
        { a: '=1+1', b: -1.5 },
        { a: null, b: 1 / 3 },
        { a: true, b: Infinity },
      ],
    );
    assert.equal(text, 'a,b\n"x,y","say ""hi"""\n\'=1+1,-1.5\n,0.333333333\ntrue,\n');
    assert.deepEqual(['+a', '-a', '@a', '=a', 'a='].map(guarded), [
      "'+a",
      "'-a",
      "'@a",
      "'=a",
      'a=',
    ]);
  });
});

describe('summaryCsv', () => {
  const lines = summaryCsv(result).split('\n');
  const find = (start: string): string => lines.find((line) => line.startsWith(start)) ?? '';

  it('has the promised columns', () => {
    assert.equal(
      lines[0],
      'workload,engine,strategy,threads,cell,role,op,metric,unit,better,median,ci_lo,ci_hi,n,ratio,' +
        'ratio_lo,ratio_hi,level,verdict',
    );
    assert.equal(lines[0], summaryColumns.join(','));
  });

  it('has a row for each cell and metric, with ratio, level and side', () => {
    const cell = (strategy: string): string =>
      `fault-storm,threads,${strategy},4,fault-storm/threads=4/${strategy}`;
    assert.equal(
      find(`${cell('mutex')},faulter,,throughput`),
      `${cell('mutex')},faulter,,throughput,fault/s,higher,1200,1200,1200,7,,,,0.95,reference`,
    );
    assert.equal(
      find(`${cell('qrwlock')},faulter,,throughput`),
      `${cell('qrwlock')},faulter,,throughput,fault/s,higher,2400,2400,2400,7,2,2,2,0.975,better`,
    );
    assert.equal(
      find(`${cell('qrwlock')},faulter,fault,p99,`),
      `${cell('qrwlock')},faulter,fault,p99,ns,lower,200,200,200,7,1,1,1,0.975,not separated`,
    );
    assert.match(find(cell('rwlock')), /,"unsupported: sleeps, ""it"" does"$/);
    // Header, (4 of the role + 13 of its operation) × 2 strategies, the refused one, the last line's end.
    assert.equal(lines.length, 1 + 17 * 2 + 1 + 1);
  });

  it('has no trial rows to sum up before a block finished', () => {
    const none = summaryCsv(testResult({ workloads: [small({ trials: [] })] })).split('\n');
    assert.equal(none.length, 3);
  });
});

it('a simulated run has the machine and its CPUs in every row, another the CPUs it ran on', () => {
  const { profile } = builtInMachine('laptop-8');
  const workload = small();
  const plan = { ...workload.plan, machine: { profile, cpus: 6 } };
  const result = { ...testResult({ workloads: [{ ...workload, plan }] }), environment: null };
  for (const { machine, cpus } of parseCsvRecords(trialsCsv(result))) {
    assert.deepEqual([machine, cpus], ['laptop-8', '6']);
  }
  for (const { machine, cpus } of parseCsvRecords(
    trialsCsv(testResult({ workloads: [workload] })),
  )) {
    assert.deepEqual([machine, cpus], ['', '4']);
  }
});

it('a cell of a matrix is named by its values, beside the name of its workload', () => {
  const workload = small();
  const values = { threads: workload.plan.threads, 'roles.faulter.think': '10us' };
  const own = {
    ...workload,
    name: 'storm[and so on]',
    plan: { ...workload.plan, workload: 'storm' },
    cell: { name: 'and so on', values },
  };
  const [first] = parseCsvRecords(trialsCsv(testResult({ workloads: [own] })));
  assert.equal(first?.workload, 'storm');
  assert.equal(first.cell, `storm/threads=${values.threads},roles.faulter.think=10us/mutex`);
});
