import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cpu } from '../machine/cpu.js';
import { Interleaver } from '../machine/interleaver.js';
import { Layout } from '../machine/layout.js';
import type { Steps } from '../machine/steps.js';
import { builtInLocks } from '../locks/registry.js';
import { Model } from './model.js';
import { anonRegion, fileRegion, heap, TestWorld } from './test-world.js';
import { privateWorld } from './world.js';

describe('worlds of one thread each', () => {
  it('share nothing but the layout', () => {
    const threads = 3;
    // Without probes, whose breakpoints would lie in the contents of one world's frames.
    const regions = [anonRegion, fileRegion];
    const { plan, core } = new TestWorld({ threads, space: { regions } });
    const layout = new Layout();
    const models = plan.actors.map(
      (_, thread) =>
        new Model(layout, plan, core.strategy, builtInLocks, privateWorld(plan, thread)),
    );
    const machine = new Interleaver({
      threads,
      words: layout.words,
      frames: plan.space.frames + 1,
    });
    for (const model of models) model.initialise(machine.memory);
    const before = machine.memory.words.slice();
    const work = (model: Model) =>
      function* (cpu: Cpu): Steps<number> {
        const page = model.regionStart(heap);
        yield model.operations.fault(cpu, page, 1);
        yield model.operations.fork(cpu, 0);
        const start = yield model.operations.mmap(cpu, 4, -1, 1);
        yield model.operations.munmap(cpu, start, 2);
        return yield model.operations.fault(cpu, start + 2, 1);
      };
    // Only the last thread, so that its id is beyond what its world's one process would number.
    const idle = function* (): Steps<number> {
      return 0;
    };
    const last = models[2] as Model;
    assert.equal(machine.run([idle, idle, work(last)])[2], 1);
    const touched = [...before.keys()].filter((word) => before[word] !== machine.memory.get(word));
    assert.ok(touched.length > 0);
    assert.ok(touched.every((word) => word >= last.core.record.sectionWord(0, 0)));
    assert.deepEqual(machine.run(models.map(work)), [1, 1, 1]);
    for (const model of models) assert.deepEqual(model.check(machine.memory), []);
    assert.ok(machine.cpus.every((cpu) => cpu.task.events.shootdowns === 0));
  });
});
