import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { builtInLocks } from '../locks/registry.js';
import { resolveStrategies } from '../strategies/resolve-all.js';
import { unsupported } from '../strategies/unsupported.js';
import { compile } from './compile.js';
import { compileClaims } from './compile-claims.js';
import { printDiagnostics } from './diagnostic.js';
import { knownNames } from './known-names.js';
import { Layout } from '../machine/layout.js';
import { Model } from '../mm/model.js';
import { privateWorld, sharedWorld } from '../mm/world.js';
import { memoryNeed } from './memory-need.js';
import { parseWorkload } from './parse.js';
import { frameNeed } from './physical-memory.js';
import { estimateSeconds } from './plan-text.js';

const folder = new URL('../../workloads/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

/** Plans of a shipped workload, with the strategies that run and those that are refused. */
function planned(file: string, threads?: number) {
  const text = readFileSync(new URL(file, folder), 'utf8');
  const { workload, source, diagnostics } = parseWorkload(text, file, knownNames);
  assert.ok(workload && source, printDiagnostics(diagnostics));
  const privateWorlds = /^ +- private$|granularity: private/m.test(text);
  const options = { seed: 1, cores: 2, usualMemory: 2 ** 31, privateWorlds, threads };
  const compiled = compile(workload, source, options);
  assert.ok(compiled.ok, compiled.ok ? '' : printDiagnostics(compiled.diagnostics));
  const { plan } = compiled;
  const { strategies, problems } = resolveStrategies(workload.strategies, builtInLocks);
  assert.deepEqual(problems, []);
  const refused = strategies.filter((s) => unsupported(plan, s, builtInLocks) !== '');
  const claims = compileClaims(workload, source);
  return { text, plan, strategies, refused: refused.map(({ name }) => name), claims };
}

test('all families are there, and the history', () => {
  assert.deepEqual(files.sort(), [
    'fault-storm.yaml',
    'fs-inversion.yaml',
    'gup-callers.yaml',
    'history.yaml',
    'mmap-churn.yaml',
    'rmap-reclaim.yaml',
    'uprobes-text.yaml',
  ]);
});

for (const file of files) {
  // Ten kernels take longer than five locks.
  const limitSeconds = file === 'history.yaml' ? 110 : 60;
  test(`${file} runs as it is on 2 cores in under ${limitSeconds} s, and scales`, () => {
    const { plan, strategies, refused } = planned(file);
    assert.equal(plan.threads, 2);
    const running = strategies.length - refused.length;
    assert.equal(plan.run.blocks % running, 0, 'whole Latin squares');
    assert.ok(estimateSeconds(plan, { strategies: running }) < limitSeconds - 10);
    assert.equal(planned(file, 8).plan.threads, 8);
  });

  test(`${file} claims of refused strategies that they are refused, and of no others`, () => {
    const { refused, claims } = planned(file);
    const claimed = claims.flatMap((c) => (c.kind === 'unsupported' ? c.of.strategy : []));
    assert.deepEqual(claimed.sort(), refused.sort());
    for (const claim of claims) {
      if (claim.kind === 'ratio') {
        assert.ok(!refused.includes(claim.of.strategy) && !refused.includes(claim.than.strategy));
      }
    }
    assert.ok(claims.length >= 3);
  });

  test(`${file} takes no more memory than its plan says`, () => {
    for (const threads of [2, 16]) {
      const { plan, strategies } = planned(file, threads);
      const need = frameNeed(plan.space, plan.roles);
      for (const strategy of strategies) {
        const alone = strategy.granularity === 'private';
        const layout = new Layout();
        const worlds = alone
          ? plan.actors.map((_, thread) => privateWorld(plan, thread))
          : [sharedWorld(plan)];
        for (const world of worlds) new Model(layout, plan, strategy, builtInLocks, world);
        const bytes = memoryNeed(plan, need, alone);
        assert.ok(layout.words * 4 <= bytes, `${strategy.name}, ${threads} threads`);
      }
    }
  });

  test(`${file} tells a reader what two cores show`, () => {
    const { text } = planned(file);
    assert.match(text, /^# What contends:/m);
    assert.match(text, /^# What two cores show:/m);
    assert.ok(text.startsWith('# yaml-language-server: $schema=../docs/workload.schema.json\n'));
  });
}
