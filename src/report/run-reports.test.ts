import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Comparison } from '../gate/comparison.js';
import { testCell, testComparison } from '../gate/comparison.test-support.js';
import { reportFixture } from './fixture.test-support.js';
import { githubReport } from './github.js';
import { assertGolden } from './golden.test-support.js';
import { junitReport } from './junit.js';
import { markdownReport } from './markdown.js';
import type { ReportInput } from './report.js';
import { parseXml } from './xml.test-support.js';

const options = { width: 80, colour: true, verbose: false };

/** A run with a refuted claim, one that holds, a fault, and verdicts that are all fine. */
function gatedRun(changes: Partial<Comparison> = {}, exit = 4): ReportInput {
  const faults = [{ strategy: 'mutex', block: 3, text: 'two holders of mmap_lock' }];
  const { result, analysis } = reportFixture({ faults });
  const comparison = testComparison({ cells: [testCell({ verdict: 'ok' })], ...changes });
  return { result: { ...result, exit }, analysis, comparison };
}

const levelOf = (input: ReportInput, title: RegExp): string =>
  githubReport(input, options)
    .split('\n')
    .filter((line) => title.test(line))
    .map((line) => /^::(\w+)/.exec(line)?.[1] ?? '')
    .join();

describe('a gated run as annotations', () => {
  it('has faults and claims beside its verdicts', () =>
    assertGolden('report.github.txt', githubReport(gatedRun(), options)));

  it('says of a claim whether it decides', () => {
    const claim = /the mutex halves the tail/;
    assert.equal(levelOf(gatedRun(), claim), 'error');
    assert.equal(levelOf(gatedRun({ gated: false }), claim), 'warning');
    assert.equal(levelOf(gatedRun(), /a spinning lock cannot be held/), '');
    const open = reportFixture();
    const [workload] = open.analysis.workloads;
    assert.ok(workload);
    const claims = workload.claims.map((one) => ({ ...one, verdict: 'inconclusive' as const }));
    const analysis = { ...open.analysis, workloads: [{ ...workload, claims }] };
    const run = (changes: Partial<Comparison>) => ({ ...gatedRun(changes), analysis });
    assert.equal(levelOf(run({ inconclusive: 'fail' }), claim), 'error');
    assert.equal(levelOf(run({ inconclusive: 'pass' }), claim), 'notice');
  });

  it('is red where the run was cut short', () => {
    const run = gatedRun();
    const interrupted = { kind: 'failure', cause: 'watchdog', text: 'nothing moved' } as const;
    const cut = { ...run, result: { ...run.result, interrupted } };
    assert.equal(levelOf(cut, /::nothing moved$/), 'error');
    const suite = parseXml(junitReport(cut, options)).children.at(1);
    assert.deepEqual(suite?.attributes, {
      ...{ name: 'run', tests: '1', failures: '0', errors: '1', skipped: '0' },
    });
  });
});

describe('a gated run as JUnit', () => {
  it('has faults and claims beside its verdicts', () =>
    assertGolden('report.xml', junitReport(gatedRun(), options)));

  it('is green only where all is', () => {
    const counts = (input: ReportInput) => {
      const { tests, failures, errors } = parseXml(junitReport(input, options)).attributes;
      return { tests, failures, errors };
    };
    assert.deepEqual(counts(gatedRun()), { tests: '4', failures: '1', errors: '1' });
    const { result, analysis } = reportFixture({ claims: [] });
    const comparison = testComparison({ cells: [testCell({ verdict: 'ok' })] });
    const fine = { result, analysis, comparison };
    assert.deepEqual(counts(fine), { tests: '1', failures: '0', errors: '0' });
  });
});

describe('a gated run as markdown', () => {
  it('begins with the verdicts', () => {
    const page = markdownReport(gatedRun(), options);
    assert.match(page, /^## exit 4: 1 ok \(trust A/);
    assert.ok(page.endsWith(markdownReport({ ...gatedRun(), comparison: null }, options)));
  });

  it('keeps within what GitHub takes, and leaves out whole workloads', () => {
    const run = gatedRun();
    const [workload] = run.analysis.workloads;
    assert.ok(workload);
    const [fault] = workload.faults;
    assert.ok(fault);
    const long = { ...workload, faults: [{ ...fault, text: 'x'.repeat(400_000) }] };
    const analysis = { ...run.analysis, workloads: [long, long, long, long] };
    const page = markdownReport({ ...run, analysis }, options);
    assert.ok(Buffer.byteLength(page) <= 1_000_000);
    assert.equal(page.match(/^## fault-storm$/gm)?.length, 2);
    assert.match(page, /\*2 more sections left out for want of room\*\n$/);
  });
});
