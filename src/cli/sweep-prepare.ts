import { cpusOf, readMachine, usualMachine } from '../engines/sim/read-machine.js';
import { cpusKnob } from '../results/scaling.js';
import { printDiagnostics } from '../workload/diagnostic.js';
import { knownNames } from '../workload/known-names.js';
import type { MatrixCell } from '../workload/matrix.js';
import type { ParsedCell, ParsedWorkload } from '../workload/parse.js';
import { readWorkload } from '../workload/read-workload.js';
import type { BenchOptions } from './bench-options.js';
import { prepareParsed, type Prepared } from './bench-prepare.js';
import type { PreparedWorkload } from './bench-record.js';
import type { Context } from './context.js';
import type { SweepOptions } from './sweep-options.js';

/**
 * Settles every cell of a sweep: the workload, or each cell of its matrix, once for each number of CPUs, with as many
 * threads. Finds everything that is wrong before anything runs. What the file says of claims and gates is left out:
 * a sweep shows curves and judges nothing.
 */
export async function prepareSweep(
  file: string,
  options: SweepOptions,
  seed: number,
  context: Context,
): Promise<Prepared> {
  const verbose = options.verbose === true;
  const parsed = await readWorkload(file, context.directory, knownNames);
  if (parsed.cells.length === 0) {
    return { ok: false, messages: printDiagnostics(parsed.diagnostics, { verbose }) };
  }
  const wrong = [await machineFault(options, context), threadsFault(file, parsed)].join('');
  if (wrong !== '') return { ok: false, messages: wrong };
  const workloads: PreparedWorkload[] = [];
  // A fault of the file itself shows at every number of CPUs.
  const messages = new Set<string>();
  let ok = true;
  for (const cpus of options.cpus) {
    const named = [{ file, parsed: atCpus(parsed, cpus) }];
    const prepared = await prepareParsed(named, benchOptions(options, cpus), seed, context);
    if (prepared.messages !== '') messages.add(prepared.messages);
    if (prepared.ok) workloads.push(...prepared.workloads);
    else ok = false;
  }
  // To the user of a sweep, threads come from its CPUs.
  const text = [...messages].join('').replace(/ --threads (?=\d)/g, ' --cpus ');
  return ok ? { ok, workloads, messages: text } : { ok, messages: text };
}

const benchOptions = (options: SweepOptions, cpus: number): BenchOptions => {
  const { machine, strategy, blocks, duration, warmup, memory, out, verbose } = options;
  return {
    ...{ engine: 'sim', host: 'shared', format: 'table', out, cpus, threads: cpus },
    ...(machine === undefined ? {} : { machine }),
    ...(strategy === undefined ? {} : { strategy }),
    ...(blocks === undefined ? {} : { blocks }),
    ...(duration === undefined ? {} : { duration }),
    ...(warmup === undefined ? {} : { warmup }),
    ...(memory === undefined ? {} : { memory }),
    ...(verbose === undefined ? {} : { verbose }),
  };
};

/** A machine that cannot be read, or that has too few CPUs. */
async function machineFault(
  { machine = usualMachine, cpus, verbose }: SweepOptions,
  { directory }: Context,
): Promise<string> {
  const { profile, diagnostics } = await readMachine(machine, directory);
  if (profile === undefined) {
    const help = 'Machines: docs/machines.md';
    return printDiagnostics(diagnostics, { verbose: verbose === true, help });
  }
  const most = cpusOf(profile);
  const beyond = cpus.filter((count) => count > most);
  return beyond.length === 0
    ? ''
    : `--cpus ${beyond.join(',')}: ${profile.name} has ${most} CPUs; leave these out, or name a larger --machine\n`;
}

/** The matrix and the sweep cannot both say how many threads there are. */
const threadsFault = (file: string, { cells }: ParsedWorkload): string =>
  cells.some(({ threads }) => threads !== null)
    ? `--cpus: as many threads run as there are CPUs, and the matrix of ${file} says how many too: take threads out of the matrix\n`
    : '';

const atCpus = (parsed: ParsedWorkload, cpus: number): ParsedWorkload => ({
  ...parsed,
  cells: parsed.cells.map((each) => cellAt(each, cpus)),
});

function cellAt({ cell, workload, ...others }: ParsedCell, cpus: number): ParsedCell {
  const own: MatrixCell = {
    name: [`${cpusKnob}=${cpus}`, ...(cell === null ? [] : [cell.name])].join(','),
    values: { [cpusKnob]: cpus, ...cell?.values },
  };
  return { ...others, cell: own, workload: { ...workload, gate: undefined, expect: [] } };
}
