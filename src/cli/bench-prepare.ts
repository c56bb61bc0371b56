import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import { Random, deriveSeed } from '../machine/random.js';
import { repeatLabel } from '../results/result.js';
import type { StrategyResult } from '../results/result.js';
import { roundBlocks } from '../stats/family.js';
import { latinOrders } from '../stats/latin-order.js';
import { isLockPath } from '../strategies/fields.js';
import { resolveStrategies } from '../strategies/resolve-all.js';
import type { EntryProblem } from '../strategies/resolve-all.js';
import type { Strategy } from '../strategies/strategy.js';
import { unsupported } from '../strategies/unsupported.js';
import { unmatchedIgnores } from '../gate/gated-cells.js';
import type { GatedWorkload } from '../gate/gated-cells.js';
import { compileClaims } from '../workload/compile-claims.js';
import { compileGate } from '../workload/compile-gate.js';
import { compile } from '../workload/compile.js';
import { diagnosticCodes, hasErrors, printDiagnostics, wholeFile } from '../workload/diagnostic.js';
import type { Diagnostic, DiagnosticCode } from '../workload/diagnostic.js';
import { unknownWordMessage } from '../workload/issues.js';
import type { Gate } from '../workload/gate.js';
import { givenMemory, simulatedMemory } from '../workload/given-memory.js';
import { knownNames } from '../workload/known-names.js';
import type { MatrixCell } from '../workload/matrix.js';
import { inCell, type ParsedCell, type ParsedWorkload } from '../workload/parse.js';
import type { MachinePlan, Plan } from '../workload/plan.js';
import { readWorkload } from '../workload/read-workload.js';
import type { WorkloadSource } from '../workload/source.js';
import { checkMachineOptions, settleMachine, usualThreads } from './bench-machine.js';
import type { BenchOptions } from './bench-options.js';
import type { PreparedWorkload } from './bench-record.js';
import type { Context } from './context.js';
import { settleEntries } from './bench-strategies.js';
import type { SettledEntries } from './bench-strategies.js';
import { settleGate } from './settle-gate.js';
import { notGated, settleMargins } from './settle-margins.js';
import { loadUserLocks } from './user-locks.js';
import type { UserLocks } from './user-locks.js';

/** Blocks of a gated run where neither the workload nor a flag says: enough to see 15 % beyond a margin. */
const gateBlocks = 30;

/** Everything that will run, or all that is wrong; `messages` are for standard error in either case. */
export type Prepared = PreparedMessages &
  ({ readonly ok: true; readonly workloads: readonly PreparedWorkload[] } | { readonly ok: false });

interface PreparedMessages {
  readonly messages: string;
  /** What `messages` is made of, for who prepares several times: each once, and what no strategy can run. */
  readonly diagnostics: readonly Diagnostic[];
  readonly refusals: string;
}

/** Reads every workload and lock file and settles what will run. Finds all faults of all files at once. */
export async function prepareWorkloads(
  files: readonly string[],
  options: BenchOptions,
  seed: number,
  context: Context,
): Promise<Prepared> {
  const named: NamedWorkload[] = [];
  for (const file of files) {
    named.push({ file, parsed: await readWorkload(file, context.directory, knownNames) });
  }
  return prepareParsed(named, options, seed, context);
}

/** A workload that was read, and the file that it is from, or what stands for one. */
export interface NamedWorkload {
  readonly file: string;
  readonly parsed: ParsedWorkload;
}

/** The same, of workloads that are read already. */
export async function prepareParsed(
  named: readonly NamedWorkload[],
  options: BenchOptions,
  seed: number,
  context: Context,
): Promise<Prepared> {
  const diagnostics: Diagnostic[] = checkMachineOptions(options);
  const read: ReadFile[] = [];
  for (const [position, { file, parsed }] of named.entries()) {
    diagnostics.push(...parsed.diagnostics);
    const from = dirname(resolve(context.directory, file));
    for (const parts of parsed.cells) {
      const entries = settleEntries(parts.workload, from, options, context);
      const wished = parts.workload.run?.sim ?? {};
      const settled = await settleMachine(options, wished, parts.source, from, context.directory);
      diagnostics.push(...settled.diagnostics);
      const { machine } = settled;
      read.push({ position, file, ...parts, entries, machine, cells: cellsOf(parsed) });
    }
    if (options.threads !== undefined && parsed.cells.some(({ threads }) => threads !== null)) {
      const message = `the matrix of ${file} says how many threads: leave it out, or take them out of the matrix`;
      diagnostics.push(wholeFile('--threads', diagnosticCodes.contradiction, message));
    }
  }
  diagnostics.push(...findNamesakes(read));
  const locks = await loadUserLocks(
    read.flatMap(({ entries }) => [...entries.paths.values()]),
    context.directory,
  );
  diagnostics.push(...locks.diagnostics);
  const workloads: PreparedWorkload[] = [];
  for (const each of read) {
    const seeds = { seed, orderSeed: deriveSeed(seed, each.position) };
    const prepared = prepare(each, locks, options, seeds, context);
    diagnostics.push(...prepared.diagnostics);
    if (prepared.workload !== undefined) workloads.push(prepared.workload);
  }
  const found = uniqueDiagnostics(diagnostics);
  const printed = printDiagnostics(found, { verbose: options.verbose === true });
  if (hasErrors(found)) return { ok: false, messages: printed, diagnostics: found, refusals: '' };
  const refusals = workloads
    .filter(({ strategies }) => strategies.every(({ status }) => status === 'unsupported'))
    .map(allRefused)
    .join('');
  const said = { messages: printed + refusals, diagnostics: found, refusals };
  return refusals === '' ? { ok: true, workloads, ...said } : { ok: false, ...said };
}

/** One workload of a file. */
interface ReadFile extends ParsedCell {
  /** Which of the files it is from. */
  readonly position: number;
  readonly file: string;
  readonly entries: SettledEntries;
  readonly machine: MachinePlan | undefined;
  /** All cells of its matrix. */
  readonly cells: readonly MatrixCell[];
}

const cellsOf = ({ cells }: ParsedWorkload): readonly MatrixCell[] =>
  cells.flatMap(({ cell }) => cell ?? []);

/** Rows of a CSV tell workloads apart by their names. */
function findNamesakes(read: readonly ReadFile[]): readonly Diagnostic[] {
  return read.flatMap(({ position, file, workload }) => {
    const first = read.find(
      (other) => other.position < position && other.workload.name === workload.name,
    );
    if (first === undefined) return [];
    const message = `the name "${workload.name}" is that of ${first.file} too: give one of them another, or run them apart`;
    return [wholeFile(file, diagnosticCodes.contradiction, message)];
  });
}

interface PreparedOne {
  readonly workload?: PreparedWorkload;
  readonly diagnostics: readonly Diagnostic[];
}

function prepare(
  read: ReadFile,
  locks: UserLocks,
  options: BenchOptions,
  { seed, orderSeed }: { readonly seed: number; readonly orderSeed: number },
  context: Context,
): PreparedOne {
  const { file, cell, threads, workload, source, entries, machine, cells } = read;
  const labels = labelsOf(entries.paths, locks);
  const list = entries.list.map(({ entry }) => entry);
  const resolved = resolveStrategies(list, locks.table, labels);
  // A lock file that did not load has its own diagnostic.
  const problems = resolved.problems.filter(({ word }) => !isLockPath(word) || labels.has(word));
  const compiled = compile(workload, source, {
    seed,
    threads: threads?.count ?? options.threads,
    threadsAt: threads?.at,
    cores: machine === undefined ? availableParallelism() : usualThreads(machine),
    memory: options.memory,
    usualMemory: machine === undefined ? givenMemory() : simulatedMemory,
    machine,
    duration: options.duration,
    warmup: options.warmup,
    blocks: options.blocks,
    usualBlocks: options.gate === true ? gateBlocks : undefined,
    quick: options.quick,
    privateWorlds: resolved.strategies.some(({ granularity }) => granularity === 'private'),
    userLocks: usedLocks(resolved.strategies, locks),
  });
  const diagnostics = problems.map((problem) => diagnosticOf(problem, entries, source));
  if (!compiled.ok) {
    const faults = compiled.diagnostics.map((fault) =>
      cell === null ? fault : inCell(fault, cell.name),
    );
    return { diagnostics: [...diagnostics, ...faults] };
  }
  if (resolved.problems.length > 0) return { diagnostics };
  const { plan, notes } = compiled;
  const judged = resolved.strategies.map((strategy) => judge(plan, strategy, locks));
  const wanted = labels.get(entries.reference) ?? entries.reference;
  if (!resolved.strategies.some(({ name }) => name === wanted)) {
    return { diagnostics: [unknownReference(wanted, resolved.strategies, options, source)] };
  }
  const usable = judged.filter(({ status }) => status === 'ok');
  const stands = usable.some(({ strategy }) => strategy.name === wanted);
  const reference = stands ? wanted : (usable[0]?.strategy.name ?? wanted);
  const instead = stands
    ? []
    : [
        `the reference strategy ${wanted} is unsupported here: others are compared with ${reference}`,
      ];
  const repeats = options.aa === true || options.gate === true;
  const strategies = repeats ? withRepeat(judged, reference) : judged;
  const running = strategies.filter(({ status }) => status === 'ok').length;
  // Throughput and p99 of each strategy but the reference.
  const comparisons = 2 * (running - 1);
  const { blocks, reason } = roundBlocks(plan.run.blocks, running, comparisons);
  const random = new Random(orderSeed);
  const written = compileGate(workload, source);
  const isGated = written !== null || options.gate === true;
  const identity = { text: source.text, ...(cell === null ? {} : { cell }) };
  const judgeable = { plan, reference, strategies };
  const { gate, note } = isGated
    ? settleMargins(settleGate(written, plan, options), judgeable, identity, options, context)
    : notGated;
  // A shorter list of strategies may well leave an entry without its cell.
  if (gate !== null && options.strategy === undefined) {
    diagnostics.push(...unmatched(judgeable, gate, source));
  }
  return {
    diagnostics,
    workload: {
      name: cell === null ? workload.name : `${workload.name}[${cell.name}]`,
      ...(cell === null ? {} : { cell }),
      about: workload.about,
      file,
      text: source.text,
      sha256: createHash('sha256').update(source.text).digest('hex'),
      plan,
      reference,
      strategies,
      blocksAsked: plan.run.blocks,
      blocksReason: reason,
      orders: latinOrders(running, blocks, () => random.next()),
      claims: compileClaims(workload, source, cell === null ? null : { own: cell, all: cells }),
      gate,
      firstLook: blocks,
      notes: [...instead, ...note, ...notes],
    },
  };
}

/** Labels by the words under which this workload's entries name lock files. */
function labelsOf(
  paths: ReadonlyMap<string, string>,
  locks: UserLocks,
): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  for (const [word, path] of paths) {
    const label = locks.labels.get(path);
    if (label !== undefined) labels.set(word, label);
  }
  return labels;
}

/** A plan carries only the locks that its strategies take. */
function usedLocks(strategies: readonly Strategy[], locks: UserLocks): Plan['userLocks'] {
  const used = new Set(strategies.flatMap(({ mmapLock, rmapLock }) => [mmapLock, rmapLock]));
  return Object.fromEntries(Object.entries(locks.plain).filter(([label]) => used.has(label)));
}

function judge(plan: Plan, strategy: Strategy, locks: UserLocks): StrategyResult {
  const reason = unsupported(plan, strategy, locks.table);
  return reason === ''
    ? { strategy, status: 'ok', reason: null, repeats: null }
    : { strategy, status: 'unsupported', reason, repeats: null };
}

/** The reference strategy once more, under another name. */
function withRepeat(
  strategies: readonly StrategyResult[],
  reference: string,
): readonly StrategyResult[] {
  const repeated = strategies.find(({ strategy }) => strategy.name === reference);
  if (repeated?.status !== 'ok') return strategies;
  const strategy = { ...repeated.strategy, name: repeatLabel(reference) };
  return [...strategies, { ...repeated, strategy, repeats: reference }];
}

/** An entry that ignores nothing was written for something that is not there, or no longer. */
function unmatched(workload: GatedWorkload, gate: Gate, source: WorkloadSource): Diagnostic[] {
  return unmatchedIgnores(workload, gate).map((entry) =>
    source.diagnostic(
      diagnosticCodes.contradiction,
      ['gate', 'ignore', gate.ignore.indexOf(entry)],
      'ignores nothing: no gated cell is like this; take it out, or correct it',
    ),
  );
}

const problemCodes: Readonly<Record<EntryProblem['kind'], DiagnosticCode>> = {
  unknown: diagnosticCodes.unknownWord,
  missing: diagnosticCodes.missingKey,
  contradiction: diagnosticCodes.contradiction,
};

function unknownReference(
  wanted: string,
  strategies: readonly Strategy[],
  options: BenchOptions,
  source: WorkloadSource,
): Diagnostic {
  const names = strategies.map(({ name }) => name);
  const message = unknownWordMessage('reference strategy', wanted, names);
  return options.baseline === undefined
    ? source.diagnostic(diagnosticCodes.unknownWord, ['baseline'], message)
    : wholeFile('--baseline', diagnosticCodes.unknownWord, message);
}

/** At the entry's place in the file, or at the flag that named it. */
function diagnosticOf(
  problem: EntryProblem,
  entries: SettledEntries,
  source: WorkloadSource,
): Diagnostic {
  const code = problemCodes[problem.kind];
  const origin = entries.list[problem.entry]?.origin;
  if (origin === undefined || typeof origin === 'string') {
    return wholeFile(origin ?? source.file, code, problem.message);
  }
  const path = ['strategies', origin, ...(problem.key === '' ? [] : [problem.key])];
  return source.diagnostic(code, path, problem.message);
}

/** A flag's fault shows once, not with every file. */
export function uniqueDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Map(diagnostics.map((each) => [JSON.stringify(each), each]));
  return [...seen.values()];
}

function allRefused({ file, strategies }: PreparedWorkload): string {
  const reasons = strategies.map(
    ({ strategy, reason }) => `  unsupported: ${strategy.name}: ${reason ?? ''}\n`,
  );
  return `${file}: error  none of its strategies can run it; name one whose lock may be held by a sleeper\n${reasons.join('')}`;
}
