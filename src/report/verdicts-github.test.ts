import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Comparison, Verdict } from '../gate/comparison.js';
import { testCell, testComparison } from '../gate/comparison.test-support.js';
import { escapeProperty, escapeText } from './annotations.js';
import { assertGolden } from './golden.test-support.js';
import { githubVerdicts } from './verdicts-github.js';

const options = { width: 80, colour: true, verbose: false };
const write = (...comparisons: readonly Comparison[]): readonly string[] =>
  githubVerdicts(comparisons, options).trimEnd().split('\n');
const several = (count: number, verdict: Verdict): Comparison['cells'] =>
  Array.from({ length: count }, (_, i) =>
    testCell({ strategy: `s${i}`, verdict, change: { value: 0.9 - i / 100, low: 0, high: 1 } }),
  );

describe('verdicts as annotations', () => {
  it('as in the golden file', () =>
    assertGolden('verdicts.github.txt', githubVerdicts([testComparison()], options)));

  it('point at the line that set the margin, if it is known', () => {
    const [known = ''] = write(testComparison({ cells: several(1, 'regressed') }));
    assert.match(
      known,
      /^::error file=workloads\/fault-storm.yaml,line=31,col=3,title=fault-storm\/threads=8\/s0 faulter throughput::/,
    );
    const cells = [testCell({ verdict: 'regressed', place: null })];
    assert.match(write(testComparison({ cells }))[0] ?? '', /^::error title=fault-storm/);
  });

  it('are errors only where they decide', () => {
    const level = (verdict: Verdict, changes: Partial<Comparison>): string =>
      /^::(\w+)/.exec(
        write(testComparison({ cells: several(1, verdict), ...changes }))[0] ?? '',
      )?.[1] ?? '';
    assert.equal(level('regressed', {}), 'error');
    assert.equal(level('regressed', { gated: false }), 'warning');
    assert.equal(level('noisy', { inconclusive: 'fail' }), 'error');
    assert.equal(level('noisy', { inconclusive: 'warn' }), 'warning');
    assert.equal(level('inconclusive', { inconclusive: 'pass' }), 'notice');
    assert.equal(level('inconclusive', { gated: false }), 'notice');
    assert.equal(level('ok', {}), 'notice');
  });

  it('are ten of a level, the worst first, of which the last counts the rest', () => {
    const cells = [...several(12, 'noisy'), ...several(25, 'regressed'), ...several(3, 'ok')];
    const lines = write(
      testComparison({ cells, inconclusive: 'warn', warnings: ['half of it'] }),
      testComparison({ cells: [], refusals: ['kernels differ'] }),
    );
    const errors = lines.filter((line) => line.startsWith('::error'));
    assert.equal(errors.length, 10);
    assert.match(errors[0] ?? '', /::kernels differ$/);
    assert.match(errors[1] ?? '', /\/s24 /);
    assert.match(errors[9] ?? '', /::and 17 more$/);
    const warnings = lines.filter((line) => line.startsWith('::warning'));
    assert.equal(warnings.length, 10);
    assert.match(warnings[9] ?? '', /::and 4 more$/);
    assert.equal(lines.length, 21);
    assert.match(lines[20] ?? '', /^::notice title=mmlock::exit 5: not comparable, 25 regressions/);
  });

  it('exactly ten need no count', () => {
    const lines = write(testComparison({ cells: several(10, 'regressed') }));
    assert.ok(!lines.some((line) => line.includes('more')));
    assert.equal(lines.length, 11);
  });

  it('escape what would end them, and can be read back', () => {
    const unescape = (text: string): string =>
      text
        .replaceAll('%2C', ',')
        .replaceAll('%3A', ':')
        .replaceAll('%0A', '\n')
        .replaceAll('%0D', '\r')
        .replaceAll('%25', '%');
    const text = fc.string({
      unit: fc.constantFrom('%', '2', '5', '0', 'A', '\r', '\n', ':', ','),
    });
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), (text) => {
        assert.ok(!/[\r\n]/.test(escapeText(text)));
        assert.ok(!/[\r\n:,]/.test(escapeProperty(text)));
        assert.equal(unescape(escapeText(text)), text);
        assert.equal(unescape(escapeProperty(text)), text);
        const cells = [testCell({ strategy: text, verdict: 'regressed', reason: text })];
        assert.equal(write(testComparison({ cells })).length, 2);
      }),
    );
  });
});
