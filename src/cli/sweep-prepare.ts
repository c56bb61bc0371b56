import { cpusKnob } from '../results/scaling.js';
import {
  diagnosticCodes,
  hasErrors,
  printDiagnostics,
  wholeFile,
  type Diagnostic,
} from '../workload/diagnostic.js';
import { knownNames } from '../workload/known-names.js';
import type { MatrixCell } from '../workload/matrix.js';
import type { ParsedCell, ParsedWorkload } from '../workload/parse.js';
import { readWorkload } from '../workload/read-workload.js';
import type { BenchOptions } from './bench-options.js';
import { prepareParsed, uniqueDiagnostics } from './bench-prepare.js';
import type { PreparedWorkload } from './bench-record.js';
import type { Context } from './context.js';
import type { SweepOptions } from './sweep-options.js';

/** Every cell of a sweep, or what is wrong, for standard error. */
export type PreparedSweep =
  | {
      readonly ok: true;
      readonly workloads: readonly PreparedWorkload[];
      readonly messages: string;
    }
  | { readonly ok: false; readonly messages: string };

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
): Promise<PreparedSweep> {
  const parsed = await readWorkload(file, context.directory, knownNames);
  const workloads: PreparedWorkload[] = [];
  const refusals = new Set<string>();
  const diagnostics = [...parsed.diagnostics, ...knobFaults(file, parsed)];
  let ok = !hasErrors(diagnostics);
  for (const cpus of ok ? options.cpus : []) {
    const named = [{ file, parsed: atCpus(parsed, cpus, options) }];
    const prepared = await prepareParsed(named, benchOptions(options, cpus), seed, context);
    diagnostics.push(...prepared.diagnostics);
    refusals.add(prepared.refusals);
    if (prepared.ok) workloads.push(...prepared.workloads);
    else ok = false;
  }
  // A fault of the file itself shows at every number of CPUs, from which the user of a sweep has the threads.
  const seen = uniqueDiagnostics(
    diagnostics.map((each) => ({
      ...each,
      message: each.message.replace(/^--threads (?=\d)/, '--cpus '),
    })),
  );
  const printed = printDiagnostics(seen, { verbose: options.verbose === true });
  const messages = printed + [...refusals].join('');
  return ok ? { ok, workloads, messages } : { ok, messages };
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

/** The matrix and the sweep cannot both say how many CPUs or threads there are. */
const knobFaults = (file: string, { cells }: ParsedWorkload): Diagnostic[] =>
  ['threads', 'run.sim.cpus']
    .filter((knob) => cells.some(({ cell }) => cell !== null && knob in cell.values))
    .map((knob) =>
      wholeFile(
        '--cpus',
        diagnosticCodes.contradiction,
        `it says how many CPUs there are, with as many threads, and so does the matrix of ${file}: take ${knob} out of the matrix`,
      ),
    );

const atCpus = (
  parsed: ParsedWorkload,
  cpus: number,
  { strategy }: SweepOptions,
): ParsedWorkload => ({
  ...parsed,
  cells: parsed.cells.map((each) => cellAt(each, cpus, strategy !== undefined)),
});

function cellAt(
  { cell, workload, ...others }: ParsedCell,
  cpus: number,
  isListed: boolean,
): ParsedCell {
  const own: MatrixCell = {
    name: [`${cpusKnob}=${cpus}`, ...(cell === null ? [] : [cell.name])].join(','),
    values: { [cpusKnob]: cpus, ...cell?.values },
  };
  // Nothing is compared with a reference, so that of the file need not run beside a list of strategies.
  const baseline = isListed ? undefined : workload.baseline;
  return { ...others, cell: own, workload: { ...workload, baseline, gate: undefined, expect: [] } };
}
