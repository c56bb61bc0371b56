import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Claim } from '../workload/claim.js';
import type { ClaimVerdict } from './analysis.js';
import { cellsOf } from './cells.js';
import { judgeClaims } from './claims.js';
import type { WorkloadResult } from './result.js';
import { testWorkload } from './result.test-support.js';

const cell = (strategy: string, threads: number | null = null) => ({ strategy, threads });
const base = { text: 'a claim', line: 7, role: null, op: null };
const ratio = (
  metric: string,
  of: string,
  than: string,
  min: number | null,
  max: number | null,
): Claim => ({
  ...base,
  kind: 'ratio',
  metric,
  of: cell(of),
  than: cell(than),
  range: { min, max },
});
const value = (metric: string, of: string, min: number | null, max: number | null): Claim => ({
  ...base,
  kind: 'value',
  metric,
  of: cell(of),
  range: { min, max },
});
const order = (metric: string, ...labels: string[]): Claim => ({
  ...base,
  kind: 'order',
  metric,
  order: labels.map((label) => cell(label)),
});

const whole = testWorkload();
function judged(claims: Claim | readonly Claim[], workload: WorkloadResult = whole): ClaimVerdict {
  const list = 'kind' in claims ? [claims] : claims;
  const [first] = judgeClaims({ ...workload, claims: list }, cellsOf(workload));
  assert.ok(first);
  return first;
}

describe('judgeClaims', () => {
  // mutex has 0.6 of the throughput of rwsem-spin, and twice its latency.
  const table: ReadonlyArray<readonly [string, Claim, ClaimVerdict['verdict']]> = [
    ['inside both limits', ratio('throughput', 'mutex', 'rwsem-spin', 0.5, 0.7), 'holds'],
    ['above a least value', ratio('throughput', 'rwsem-spin', 'mutex', 1.5, null), 'holds'],
    ['below a least value', ratio('throughput', 'mutex', 'rwsem-spin', 0.7, null), 'refuted'],
    ['above a greatest value', ratio('p99', 'mutex', 'rwsem-spin', null, 1.5), 'refuted'],
    ['across a limit', ratio('throughput', 'mutex', 'rwsem-spin', 0.605, null), 'inconclusive'],
    ['a value inside', value('p50', 'rwsem-spin', 400, 700), 'holds'],
    ['a value outside', value('p50', 'rwsem-spin', null, 100), 'refuted'],
    ['a counter that is 0', value('missed_hits', 'mutex', null, 0), 'holds'],
    ['a counter that is not', value('spurious', 'mutex', null, 0), 'refuted'],
    ['a counter of one class', value('mmap_lock.sleeps', 'mutex', 40, 40), 'holds'],
    ['a class never taken', value('inode.sleeps', 'mutex', null, 0), 'holds'],
    ['fairness', value('fairness', 'mutex', 0.99, 1), 'holds'],
    ['least share', value('share.min', 'mutex', 0.3, 0.34), 'holds'],
    ['starvation', value('starvation', 'mutex', null, 1e6), 'holds'],
    ['a wait at its mean, zeros counted', value('wait.mean', 'mutex', 1, 200), 'holds'],
    ['a greatest wait', value('wait.max', 'mutex', 60_000, 60_000), 'holds'],
    ['a mean hold', value('hold.mean', 'mutex', 500, 700), 'holds'],
    ['an order by throughput', order('throughput', 'qrwlock', 'rwsem-spin', 'mutex'), 'holds'],
    ['an order turned round', order('throughput', 'mutex', 'rwsem-spin', 'qrwlock'), 'refuted'],
    ['an order by latency', order('p99', 'qrwlock', 'rwsem-spin', 'mutex'), 'holds'],
    [
      'an order of twins',
      order('throughput', 'qrwlock', 'rwsem-spin', '(A/A) rwsem-spin'),
      'inconclusive',
    ],
    ['equals are no order', order('starvation', 'mutex', 'rwsem-spin'), 'refuted'],
    ['a refusal', { ...base, kind: 'unsupported', of: cell('rwlock') }, 'holds'],
    ['no refusal', { ...base, kind: 'unsupported', of: cell('mutex') }, 'refuted'],
  ];
  for (const [name, claim, verdict] of table) {
    it(`${verdict}: ${name}`, () => {
      const judgement = judged(claim);
      assert.equal(judgement.verdict, verdict, JSON.stringify(judgement));
      assert.notEqual(judgement.reason, '');
    });
  }

  const undecided: ReadonlyArray<readonly [string, Claim, RegExp]> = [
    ['a refused strategy', ratio('p99', 'rwlock', 'mutex', 1, null), /rwlock is refused: .*sleeps/],
    ['a missing strategy', ratio('p99', 'mcs', 'mutex', 1, null), /mcs is not in this run/],
    [
      'a missing cell',
      { ...value('p50', 'mutex', 1, null), of: cell('mutex', 80) } as Claim,
      /no cell with 80 threads: this run has 4/,
    ],
    [
      'too few samples',
      value('p99.9', 'mutex', 1, null),
      /12 samples above .* needs 100.*--duration/,
    ],
    [
      'an operation that is not there',
      { ...value('p50', 'mutex', 1, null), op: 'brk' } as Claim,
      /0 samples above/,
    ],
    [
      'a mean of nothing',
      { ...value('hold.mean', 'mutex', 1, null), op: 'refill' } as Claim,
      /no operation/,
    ],
    ['an unknown role', { ...value('p50', 'mutex', 1, null), role: 'x' } as Claim, /no role x/],
    ['an unknown metric', value('speed', 'mutex', 1, null), /no metric speed/],
  ];
  for (const [name, claim, reason] of undecided) {
    it(`inconclusive, and why: ${name}`, () => {
      const judgement = judged(claim);
      assert.equal(judgement.verdict, 'inconclusive');
      assert.match(judgement.reason, reason);
    });
  }

  it('says how many blocks it needs', () => {
    const few = testWorkload({}, 4);
    const judgement = judged(ratio('throughput', 'mutex', 'rwsem-spin', null, 0.9), few);
    assert.equal(judgement.verdict, 'inconclusive');
    assert.match(judgement.reason, /4 blocks give no interval .* at least 6 \(--blocks\)/);
  });

  it('widens intervals with the number of claims', () => {
    const claim = ratio('throughput', 'mutex', 'rwsem-spin', 0.5, 0.7);
    const alone = judged(claim).estimate;
    const among = judged(new Array<Claim>(40).fill(claim)).estimate;
    assert.ok(alone && among);
    assert.ok((among.low ?? 1) < (alone.low ?? 0) && (among.high ?? 0) > (alone.high ?? 1));
  });

  it('takes another role and operation where told', () => {
    const claim = {
      ...value('throughput', 'rwsem-spin', null, null),
      role: 'mapper',
      op: 'fault',
    } as Claim;
    const faults = judged(claim).estimate?.value ?? 0;
    const rounds = judged({ ...claim, op: null } as Claim);
    assert.equal(rounds.unit, 'rounds/s');
    assert.ok(Math.abs(faults / (rounds.estimate?.value ?? 1) - 4) < 1e-9);
  });
});

describe('claims across cells of a matrix', () => {
  const matrixCell = (threads: number, claims: readonly Claim[] = []): WorkloadResult => ({
    ...whole,
    cell: { name: `threads=${threads}`, values: { threads } },
    claims,
  });
  const across: Claim = {
    ...base,
    kind: 'ratio',
    metric: 'throughput',
    of: cell('mutex'),
    than: { ...cell('rwsem-spin'), cell: 'threads=2' },
    range: { min: 0.5, max: 0.7 },
  };

  it('are judged against the cell that they name', () => {
    const own = matrixCell(4, [across]);
    const [found] = judgeClaims(own, cellsOf(own), [own, matrixCell(2)]);
    assert.equal(found?.verdict, 'holds', JSON.stringify(found));
    const slow = matrixCell(2);
    const trials = slow.trials.map((trial) => ({ ...trial, seconds: trial.seconds * 4 }));
    const [other] = judgeClaims(own, cellsOf(own), [own, { ...slow, trials }]);
    assert.equal(other?.verdict, 'refuted', JSON.stringify(other));
  });

  it('are inconclusive where that cell is not in the run', () => {
    const own = matrixCell(4, [across]);
    const [found] = judgeClaims(own, cellsOf(own), [own]);
    assert.equal(found?.verdict, 'inconclusive');
    assert.match(found.reason, /no cell threads=2/);
  });

  it('share one confidence with those of all cells', () => {
    const own = matrixCell(4, [across]);
    const alone = judgeClaims(own, cellsOf(own), [own, matrixCell(2)])[0]?.estimate;
    const many = matrixCell(
      2,
      Array.from({ length: 3 }, () => across),
    );
    const shared = judgeClaims(own, cellsOf(own), [own, many])[0]?.estimate;
    assert.ok(alone?.low != null && shared != null);
    assert.ok(shared.low === null || shared.low < alone.low);
  });
});
