import type { Cpu } from './cpu.js';
import { Operation } from './interleaved-cpu.js';
import type { Interleaver } from './interleaver.js';
import type { Direct } from './steps.js';

/** Virtual time of a step, as the machine has it by default. */
const stepNs = 10;

/**
 * CPU 0 of a machine in direct form: each step is executed when it is called, with the effect and the value
 * that it has when the machine runs the steps form on one CPU. For tests that compare the two forms.
 *
 * @throws Error at a step that would wait for another thread, which there is not.
 */
export function directCpu(
  machine: Interleaver,
  onStep: (operation: Operation, value: number) => void,
): Direct<Cpu> {
  const cpu = machine.cpus[0];
  if (cpu === undefined) throw new Error('a machine without cpus');
  const execute = (operation: Operation): number => {
    cpu.yielded(operation);
    let value = operation.start();
    if (operation.name !== 'now') machine.now += stepNs;
    if (value === undefined) {
      if (operation.deadline === Infinity && !operation.ready()) {
        throw new Error(`${operation.name} of word ${operation.word} would wait for ever`);
      }
      if (!operation.ready()) machine.now = Math.max(machine.now, operation.deadline);
      value = operation.finish();
      machine.now += stepNs;
    }
    onStep(operation, value);
    return value;
  };
  const handler: ProxyHandler<typeof cpu> = {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...given: readonly unknown[]): unknown => {
        const made: unknown = Reflect.apply(member, target, given);
        return made instanceof Operation ? execute(made) : made;
      };
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  };
  return new Proxy(cpu, handler) as unknown as Direct<Cpu>;
}
