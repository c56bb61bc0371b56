import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseXml } from '../report/xml.test-support.js';
import { readSaved, runMmlock, temporaryDirectory, tinyWorkload } from './e2e.test-support.js';

test('one gated run gives annotations, and JUnit and markdown in files', async (t) => {
  const claim =
    'expect: [{ claim: it never ends, metric: throughput, of: mutex, value: { max: 1 } }]\n';
  // So wide that the first look decides, on most machines.
  const gate = 'gate: { throughput: { max_drop: 90% } }\n';
  const directory = temporaryDirectory(t, {
    'w.yaml': `${tinyWorkload('[mutex, qrwlock]')}${claim}${gate}`,
  });
  const reports = ['--report', 'junit=out/mmlock.xml', '--report', 'markdown=summary.md'];
  const words = ['bench', 'w.yaml', '--gate', '--blocks', '9', '--out', 'r.json', '--quiet'];
  const run = await runMmlock([...words, '--format', 'github', ...reports], directory);
  // The claim is refuted, whatever the machine does.
  assert.equal(run.status, 1, run.stderr);
  for (const line of run.stdout.trimEnd().split('\n')) {
    assert.match(line, /^::(error|warning|notice) [^:]*title=[^:]*::/);
  }
  assert.match(
    run.stdout,
    /^::error file=w\.yaml,line=9,col=1,title=tiny%3A claims%3A it never ends::▼/m,
  );
  assert.match(run.stdout, /^::notice title=mmlock::exit 1: /m);

  const root = parseXml(readFileSync(join(directory, 'out/mmlock.xml'), 'utf8'));
  const suites = root.children.map(({ attributes }) => attributes.name);
  assert.deepEqual(suites, ['tiny', 'tiny: claims']);
  assert.equal(root.children[1]?.attributes.failures, '1');
  const output = root.children[0]?.children.find(({ name }) => name === 'system-out');
  assert.match(output?.text ?? '', /qrwlock/);

  const markdown = readFileSync(join(directory, 'summary.md'), 'utf8');
  assert.match(markdown, /^## exit 1: /);
  assert.match(markdown, /^## tiny$/m);
  assert.equal(readSaved(join(directory, 'r.json')).exit, 1);
});

test('without a gate there are no verdicts to report: status 2 before anything is measured', async (t) => {
  const directory = temporaryDirectory(t, { 'w.yaml': tinyWorkload('[mutex]') });
  for (const [words, named] of [
    [['--format', 'github'], '--format github'],
    [['--report', 'junit=a.xml'], '--report junit=a.xml'],
  ] as const) {
    const run = await runMmlock(['bench', 'w.yaml', '--out', 'r.json', ...words], directory);
    assert.deepEqual([run.status, run.stdout], [2, '']);
    assert.equal(
      run.stderr,
      `${named}: there are no verdicts to report, as nothing is gated; add --gate, or a gate: section to the workload\n`,
    );
  }
  const same = ['--report', 'csv=r.json', '--out', 'r.json'];
  const twice = await runMmlock(['bench', 'w.yaml', ...same], directory);
  assert.equal(twice.status, 2);
  assert.match(
    twice.stderr,
    /^--report: cannot write to r\.json: this run reads or writes it already/,
  );
  assert.ok(!existsSync(join(directory, 'r.json')));
});
