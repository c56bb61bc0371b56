import type { Steps } from '../machine/steps.js';
import { SimMachine, startNs } from '../engines/sim/machine.js';
import type { MachineProfile } from '../machine/machine-profile.js';

/** What an access to a shared line takes, ns: of those who come all at once, and of the one whose line it was. */
export interface Sharing {
  readonly others: number;
  readonly first: number;
}

/** The period of the published program, 400,000 cycles at 2.4 GHz, ns. */
const periodNs = 166_667;
const periods = 20;
/** In which order those come who come at once is as chance has it, not that of their CPUs; ns. */
const skewNs = 17;
const word = 64;

/**
 * The microbenchmark `sharing` of Clements's thesis: in each period CPU 0 writes a line, and half a period later all
 * others access it at once. `cores` are the first of the machine, at least two.
 */
export function lineSharing(
  profile: MachineProfile,
  cores: number,
  access: 'read' | 'write',
  seed = 1,
): Sharing {
  const sums = new Float64Array(cores);
  const machine = new SimMachine({
    profile,
    cpus: cores,
    threads: cores,
    words: new Int32Array(256),
    seed,
  });
  machine.start(function* (cpu): Steps {
    const { id } = cpu;
    for (let period = 1; period <= periods; period++) {
      const due = startNs + (period + (id === 0 ? 0 : 0.5)) * periodNs;
      yield cpu.work(due + skewNs * cpu.random.next() - (yield cpu.now()));
      const before = yield cpu.now();
      yield access === 'write' || id === 0 ? cpu.store(word, id) : cpu.load(word);
      // The first period takes the line out of memory.
      if (period > 1) sums[id] = (sums[id] ?? 0) + (yield cpu.now()) - before;
    }
  });
  machine.run(startNs + (periods + 2) * periodNs);
  const mean = (from: number, to: number): number =>
    sums.subarray(from, to).reduce((sum, ns) => sum + ns, 0) / ((to - from) * (periods - 1));
  return { others: mean(1, cores), first: mean(0, 1) };
}
