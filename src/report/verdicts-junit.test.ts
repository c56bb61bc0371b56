import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { testCell, testComparison } from '../gate/comparison.test-support.js';
import type { Comparison } from '../gate/comparison.js';
import { assertGolden } from './golden.test-support.js';
import { junitVerdicts } from './verdicts-junit.js';
import { parseXml, type XmlElement } from './xml.test-support.js';

const options = { width: 80, colour: true, verbose: false };
const parsed = (comparisons: readonly Comparison[]): XmlElement =>
  parseXml(junitVerdicts(comparisons, options));

const named = (element: XmlElement | undefined, name: string): readonly XmlElement[] =>
  element?.children.filter((child) => child.name === name) ?? [];

describe('verdicts as JUnit', () => {
  it('as in the golden file', () =>
    assertGolden('verdicts.xml', junitVerdicts([testComparison()], options)));

  it('a suite for a workload, a case for a gated cell, with what it came to', () => {
    const cells = [
      testCell({ strategy: 'a', verdict: 'regressed' }),
      testCell({ strategy: 'b', verdict: 'ok' }),
      testCell({ strategy: 'c', verdict: 'improved' }),
      testCell({ strategy: 'd', verdict: 'inconclusive', workload: 'mmap-churn' }),
      testCell({ strategy: 'e', verdict: 'noisy' }),
      testCell({ strategy: 'f', verdict: 'ignored', reason: 'a bound' }),
      testCell({ strategy: 'g', verdict: 'not-judged' }),
      testCell({ strategy: 'h', verdict: 'ungated' }),
    ];
    const root = parsed([testComparison({ cells })]);
    assert.deepEqual(root.attributes, {
      ...{ name: 'mmlock', tests: '7', failures: '1', errors: '0', skipped: '4' },
    });
    const [storm, churn] = named(root, 'testsuite');
    assert.deepEqual(storm?.attributes, {
      ...{ name: 'fault-storm', tests: '6', failures: '1', errors: '0', skipped: '3' },
    });
    assert.equal(churn?.attributes.name, 'mmap-churn');
    const status = named(storm, 'testcase').map(({ attributes, children }) => [
      attributes.classname?.at(-1),
      children.map(({ name }) => name).join(),
    ]);
    assert.deepEqual(status, [
      ['a', 'failure'],
      ['b', ''],
      ['c', ''],
      ['e', 'skipped'],
      ['f', 'skipped'],
      ['g', 'skipped'],
    ]);
    const ignored = named(storm, 'testcase')[4]?.children[0];
    assert.match(ignored?.attributes.message ?? '', /ignored; a bound$/);
    const [output] = named(storm, 'system-out');
    assert.match(output?.text ?? '', /^ a +throughput .*REGRESSED$/m);
    assert.ok(!output?.text.includes('\u001b'));
  });

  it('what cannot be compared is an error', () => {
    const root = parsed([testComparison({ cells: [], refusals: ['the kernels differ'] })]);
    assert.equal(root.attributes.errors, '1');
    const [suite] = named(root, 'testsuite');
    const [refused] = named(suite, 'testcase');
    assert.deepEqual(refused?.attributes, {
      ...{ classname: 'comparison', name: 'fault-storm against rwsem-fifo' },
    });
    assert.deepEqual(refused.children[0]?.attributes, {
      ...{ type: 'not comparable', message: 'the kernels differ' },
    });
    assert.match(named(suite, 'system-out')[0]?.text ?? '', /not comparable: the kernels differ/);
  });

  it('suites of several comparisons have names of their own', () => {
    const root = parsed([testComparison({ head: 'a' }), testComparison({ head: 'b' })]);
    assert.deepEqual(
      named(root, 'testsuite').map(({ attributes }) => attributes.name),
      ['fault-storm (a against rwsem-fifo)', 'fault-storm (b against rwsem-fifo)'],
    );
  });

  it('is well formed whatever names and reasons hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const cells = [
          testCell({ strategy: text, workload: text, verdict: 'noisy', reason: text }),
        ];
        parsed([testComparison({ cells, refusals: [text] })]);
      }),
    );
  });
});
