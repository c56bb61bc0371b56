import assert from 'node:assert/strict';
import { isAscii } from 'node:buffer';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { builtInMachine } from '../engines/sim/read-machine.js';
import { loadResult, parseResult } from './load.js';
import { prepareOutput, resultFileName, type OutputRequest } from './output-path.js';
import { schemaVersion } from './result.js';
import { resultText, saveResult } from './save.js';
import { testResult, testWorkload } from './result.test-support.js';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mmlock-results-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('saveResult and loadResult', () => {
  it('give back the result, histograms and all', () => {
    const result = testResult({ workloads: [testWorkload({}, 2)] });
    const path = join(directory, 'r.json');
    assert.deepEqual(saveResult(result, path), { ok: true });
    const loaded = loadResult(path);
    assert.ok(loaded.ok, JSON.stringify(loaded));
    assert.deepEqual(
      loaded.result.workloads[0]?.trials.map((trial) => trial.rows),
      result.workloads[0]?.trials.map((trial) => trial.rows),
    );
    assert.ok(resultText(loaded.result) === resultText(result), 'not the same bytes');
  });

  it('hold ASCII alone, whatever a name is written in', () => {
    const name = 'Sperren · µs ’🔒';
    const text = resultText(testResult({ label: name, workloads: [testWorkload({ name }, 1)] }));
    assert.ok(isAscii(Buffer.from(text)));
    const read = parseResult(text, 'r.json');
    assert.ok(read.ok && read.result.label === name && read.result.workloads[0]?.name === name);
  });

  it('replace the file whole and leave nothing beside it', () => {
    const path = join(directory, 'r.json');
    writeFileSync(path, 'old');
    const result = testResult({ workloads: [testWorkload({}, 1)] });
    assert.deepEqual(saveResult(result, path), { ok: true });
    assert.deepEqual(readdirSync(directory), ['r.json']);
    assert.equal(readFileSync(path, 'utf8'), resultText(result));
  });

  it('keep the old file and say why when the new one cannot be written', () => {
    // A directory in the way stops even root, whom permissions do not.
    const path = join(directory, 'r.json');
    mkdirSync(join(path, 'in-the-way'), { recursive: true });
    const saved = saveResult(testResult({ workloads: [] }), path);
    assert.ok(!saved.ok);
    assert.match(saved.message, /could not be saved to .*r\.json: .*; make room or give another/);
    assert.deepEqual(readdirSync(directory), ['r.json']);
  });

  it('stay small: a hundred trials in under 3 MB', () => {
    const text = resultText(testResult({ workloads: [testWorkload({}, 25)] }));
    assert.ok(text.length < 3e6, `${text.length}`);
  });
});

describe('parseResult migrates', () => {
  it('a result of schema 1, which no gate had', () => {
    const [workload] = testResult({ workloads: [testWorkload({}, 3)] }).workloads;
    const text = resultText(testResult({ workloads: [testWorkload({}, 3)] }));
    const old = text
      .replace(`"schemaVersion":${schemaVersion}`, '"schemaVersion":1')
      .replace('"gate":null,"firstLook":3,', '')
      .replace(',"confirmation":null', '');
    assert.ok(!old.includes('firstLook') && !old.includes('confirmation'));
    const loaded = parseResult(old, 'r.json');
    assert.ok(loaded.ok);
    assert.equal(loaded.result.schemaVersion, schemaVersion);
    assert.equal(loaded.result.workloads[0]?.trials.length, workload?.trials.length);
    assert.deepEqual(
      [loaded.result.workloads[0]?.gate, loaded.result.workloads[0]?.firstLook],
      [null, 3],
    );
    assert.equal(loaded.result.workloads[0]?.confirmation, null);
  });
});

describe('parseResult refuses', () => {
  const whole = resultText(testResult({ workloads: [testWorkload({}, 1)] }));
  const cases: ReadonlyArray<readonly [string, string, RegExp]> = [
    ['an empty file', '', /^r\.json: is empty/],
    ['one that was cut off', whole.slice(0, 5000), /^r\.json: is truncated: .* after 5000 bytes/],
    ['one cut off after a brace', '{"a":{"b":1}', /is truncated/],
    ['what is not JSON', 'name: hot-counter\n', /is not JSON [^]*mmlock bench/],
    ['other JSON', '{"name":"x"}', /is JSON, but not a result of mmlock/],
    ['a list', '[1,2]', /is JSON, but not a result of mmlock/],
    [
      'a newer schema',
      whole.replace(`"schemaVersion":${schemaVersion}`, '"schemaVersion":99'),
      /written by mmlock 0\.1\.0 in schema 99, and this mmlock reads schemas up to 2; .*update/,
    ],
    [
      'a field of the wrong type, by its path',
      whole.replace('"seconds":0.5', '"seconds":"0.5"'),
      /damaged: workloads\.0\.trials\.0\.seconds: /,
    ],
    [
      'a missing field, by its path',
      whole.replace('"reference":"rwsem-spin",', ''),
      /damaged: workloads\.0\.reference: /,
    ],
    [
      'a histogram that is none',
      whole.replace(/"latency":"[^"]+"/, '"latency":"AAAA"'),
      /^r\.json: is damaged: /,
    ],
  ];
  for (const [name, text, message] of cases) {
    it(name, () => {
      const loaded = parseResult(text, 'r.json');
      assert.ok(!loaded.ok);
      assert.match(loaded.message, message);
    });
  }

  it('a file that is missing, and a directory', () => {
    const missing = loadResult(join(directory, 'no.json'), 'no.json');
    assert.ok(!missing.ok);
    assert.match(missing.message, /^no\.json: cannot be read: it does not exist; give/);
    const folder = loadResult(directory, 'results');
    assert.ok(!folder.ok);
    assert.match(folder.message, /^results: cannot be read: it is a directory; give/);
  });
});

describe('prepareOutput', () => {
  const name = '2026-11-23T01-04-11Z-4711.json';
  const request = (
    out: string | undefined,
    changes: Partial<OutputRequest> = {},
  ): OutputRequest => ({
    out,
    directory,
    name,
    force: false,
    ...changes,
  });
  const pathOf = (out: string | undefined, changes: Partial<OutputRequest> = {}): string => {
    const output = prepareOutput(request(out, changes));
    assert.ok(output.ok, JSON.stringify(output));
    return output.path;
  };

  it('names the file after time and seed, in results/ unless told otherwise', () => {
    assert.equal(resultFileName(Date.UTC(2026, 10, 23, 1, 4, 11), 4711), name);
    assert.equal(pathOf(undefined), join(directory, 'results', name));
    assert.equal(pathOf('elsewhere/deep'), join(directory, 'elsewhere', 'deep', name));
    assert.equal(pathOf('slash.json/'), join(directory, 'slash.json', name));
    assert.equal(pathOf('mine.json'), join(directory, 'mine.json'));
  });

  it('names a simulated result after what was run, on what, with which seed', () => {
    const { profile } = builtInMachine('laptop-8');
    const plan = { machine: { profile, cpus: 8 } };
    const named = (...names: string[]): string =>
      resultFileName(
        0,
        1,
        names.map((each) => ({ name: each, plan })),
      );
    assert.equal(named('storm'), 'storm-laptop-8-1.json');
    assert.equal(named('storm', 'churn', 'storm'), 'storm+churn-laptop-8-1.json');
    assert.ok(named(...Array.from({ length: 40 }, (_, i) => `workload-${i}`)).length < 255);
  });

  it('does not replace a file unless forced, nor a result of the same second', () => {
    writeFileSync(join(directory, 'mine.json'), '{}');
    const refused = prepareOutput(request('mine.json'));
    assert.ok(!refused.ok);
    assert.match(refused.message, /^--out: mine\.json exists; .*--force/);
    assert.equal(pathOf('mine.json', { force: true }), join(directory, 'mine.json'));
    assert.equal(readFileSync(join(directory, 'mine.json'), 'utf8'), '{}');
    writeFileSync(join(directory, name), '{}');
    assert.equal(pathOf('.'), join(directory, name.replace('.json', '-2.json')));
  });

  it('finds before measuring that nothing can be written there', () => {
    writeFileSync(join(directory, 'file'), '');
    for (const out of ['file/below', 'file/r.json', '/proc/mmlock/r.json']) {
      const refused = prepareOutput(request(out));
      assert.ok(!refused.ok, out);
      assert.match(refused.message, /^--out: cannot write to .*: .*; give another --out$/);
    }
  });

  it('leaves nothing behind but the directory', () => {
    pathOf('new');
    assert.deepEqual(readdirSync(join(directory, 'new')), []);
  });
});
