import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testPlan, testResult, testWorkload } from './result.test-support.js';
import type { Environment } from './environment.js';
import { builtInMachine } from '../engines/sim/read-machine.js';
import { differences, differenceText, fingerprintOf, workloadHash } from './fingerprint.js';

const text = 'name: w\nroles: [{ name: a }]\n';

function fingerprint(environment: Partial<Environment> = {}, plan = testPlan(), of = text) {
  const result = testResult();
  return fingerprintOf(
    {
      ...result,
      environment: { ...result.environment, unreadable: [], ...environment },
    },
    testWorkload({ text: of, plan }),
  );
}

const fields = (other: ReturnType<typeof fingerprint>): string[] =>
  differences(fingerprint(), other).map(({ field }) => field);

describe('fingerprint', () => {
  it('is the same for two runs of one machine, whatever a clock or the load says', () => {
    assert.deepEqual(fields(fingerprint({ load: [9, 9, 9], started: '2027-01-01T00:00:00Z' })), []);
  });

  it('differs by what changes how locks perform', () => {
    assert.deepEqual(fields(fingerprint({ cpus: 64 })), ['CPUs']);
    assert.deepEqual(fields(fingerprint({ governor: 'powersave' })), ['governor']);
    assert.deepEqual(fields(fingerprint({ kernel: '99.1.2' })), ['kernel']);
    const slower = testPlan({ run: { durationNs: 1e8, warmupNs: 1e9, blocks: 9 } });
    assert.deepEqual(fields(fingerprint({}, slower)), ['window']);
    assert.deepEqual(fields(fingerprint({}, testPlan({ threads: 2 }))), ['threads']);
    const blocks = testPlan({ run: { durationNs: 5e8, warmupNs: 1e9, blocks: 40 } });
    assert.deepEqual(fields(fingerprint({}, blocks)), []);
  });

  it('of a simulated run is its machine, with what everything costs on it, and nothing of this one', () => {
    const { profile } = builtInMachine('laptop-8');
    const simulated = (cpus: number, jitter = 0.25) => {
      const line = { ...profile.line, jitter };
      const plan = testPlan({ machine: { profile: { ...profile, line }, cpus } });
      const { engine, schemaVersion } = testResult();
      return fingerprintOf({ environment: null, engine, schemaVersion }, testWorkload({ plan }));
    };
    const changed = (other: ReturnType<typeof simulated>): string[] =>
      differences(simulated(8), other).map(({ field }) => field);
    assert.deepEqual(changed(simulated(8)), []);
    assert.deepEqual(changed(simulated(4)), ['CPUs']);
    assert.deepEqual(changed(simulated(8, 0.1)), ['machine profile']);
    assert.equal(simulated(8).machine, 'laptop-8');
    assert.ok(!('kernel' in simulated(8)));
  });

  it('tells the cells of a matrix apart, and not how many there are', () => {
    const of = (values: string, cell: string) =>
      fingerprintOf(
        { ...testResult(), environment: null },
        testWorkload({
          text: `name: w\nmatrix: { threads: ${values} }\n`,
          cell: { name: cell, values: {} },
        }),
      );
    const cell = 'threads=2';
    assert.deepEqual(differences(of('[2]', cell), of('[2, 4]', cell)), []);
    assert.deepEqual(
      differences(of('[2, 4]', cell), of('[2, 4]', 'threads=4')).map(({ field }) => field),
      ['cell'],
    );
  });

  it('takes the patch release of a kernel and of Node for no difference', () => {
    const with68 = (kernel: string) => fingerprint({ kernel });
    assert.deepEqual(differences(with68('6.8.0-45-generic'), with68('6.8.11-1-cloud')), []);
    const node = (version: string) => fingerprint({ node: version });
    assert.deepEqual(differences(node('20.1.0'), node('20.9.9')), []);
    assert.equal(differences(node('20.1.0'), node('22.1.0')).length, 1);
  });

  it('lets what could not be read equal nothing, itself included', () => {
    const unread = fingerprint({ governor: null, unreadable: ['governor'] });
    const [difference] = differences(unread, unread);
    assert.ok(difference);
    assert.equal(differenceText(difference), 'governor: could not be read in either');
    const none = fingerprint({ governor: null });
    assert.deepEqual(differences(none, none), []);
    const [one] = differences(none, fingerprint({ governor: 'performance' }));
    assert.ok(one);
    assert.equal(differenceText(one), 'governor: none in base, performance in head');
    assert.match(
      differenceText(one, 'a.json', 'b.json'),
      /none in a\.json, performance in b\.json/,
    );
  });
});

describe('workloadHash', () => {
  it('is of what runs: not of comments, layout, margins, claims or the list of strategies', () => {
    const same = [
      'name: w # a comment\nroles:\n  - name: a\n',
      `${text}gate: { throughput: { max_drop: 5% } }\nstrategies: [mutex]\n`,
      `about: something\n${text}expect: []\nbaseline: mutex\nrun: { blocks: 3 }\n`,
    ];
    for (const other of same) assert.equal(workloadHash(other), workloadHash(text), other);
    assert.notEqual(workloadHash(`${text}space: { processes: 2 }\n`), workloadHash(text));
    assert.notEqual(workloadHash('name: ['), workloadHash(text));
  });
});
