/**
 * How good `mmlock verify` is at finding faults: changes each lock's source one step at a time, explores every
 * mutant for a few seconds, and says which are killed. `npm run mutate:locks -- [LOCK…] [--time SECONDS]`
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Judgement } from '../engines/verify/mutation/judge.js';
import { Judge } from '../engines/verify/mutation/judge-in-worker.js';
import { lockFile, modulesOf, prepareMutants } from '../engines/verify/mutation/mutated-lock.js';
import { mutantsOf, type Mutant } from '../engines/verify/mutation/mutants.js';
import { reasonFor } from '../engines/verify/mutation/survivors.js';
import { builtInLocks } from '../locks/registry.js';

interface Judged {
  readonly module: string;
  readonly mutant: Mutant;
  readonly judgement: Judgement;
}

/** Modules that are more than one lock consists of, and the locks to explore them with. */
const sharers: ReadonlyMap<string, readonly string[]> = new Map([
  ['await-owner', ['mutex-spin']],
  ['halted-cpus', ['ticket-pv']],
  ['mcs-nodes', ['mcs']],
  ['osq', ['mutex']],
  ['rwsem-classic', ['rwsem-fifo', 'rwsem-steal']],
  ['rwsem-modern', ['rwsem-handoff']],
  ['tas', ['tas', 'ttas']],
  ['time-word', ['bravo']],
  ['wait-list', ['mutex-nospin', 'rwsem-fifo', 'rwsem-spin', 'rwsem-handoff']],
]);

const { values, positionals } = parseArgs({
  options: { time: { type: 'string', default: '5' } },
  allowPositionals: true,
});
const timeMs = Number(values.time) * 1000;
const directory = mkdtempSync(join(tmpdir(), 'mmlock-mutants-'));
const judge = new Judge(directory, timeMs);
try {
  prepareMutants(directory);
  const judged: Judged[] = [];
  for (const [module, locks] of plan(positionals)) {
    const found = await judgeModule(module, locks);
    if (found.length === 0) continue;
    console.log(`${module} (${locks.join(', ')}): ${summary(found)}`);
    judged.push(...found);
  }
  console.log(`\n${summary(judged)}`);
  for (const each of judged.filter(({ judgement }) => judgement.outcome !== 'killed')) {
    console.log(survivorText(each));
  }
} finally {
  await judge.end();
  rmSync(directory, { recursive: true });
}

/**
 * The modules that are mutated, each with the locks that consist of it: a mutant is killed if one of them is found
 * to be at fault.
 */
function plan(names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  // A variant of a lock under a name of its own has no module of its own.
  const all = [...builtInLocks.keys()].filter((name) => existsSync(lockFile(name)));
  const planned = new Map<string, readonly string[]>();
  for (const name of names.length === 0 ? all : names) {
    for (const module of modulesOf(name)) {
      if (module === name || !all.includes(module)) {
        planned.set(module, sharers.get(module) ?? [name]);
      }
    }
  }
  return planned;
}

async function judgeModule(module: string, locks: readonly string[]): Promise<readonly Judged[]> {
  const source = readFileSync(lockFile(module), 'utf8');
  for (const lock of locks) {
    const unchanged = await judge.judge({ lock, module, text: source });
    if (unchanged.outcome === 'killed') {
      throw new Error(`${lock} itself is at fault: ${unchanged.by}`);
    }
  }
  const judged: Judged[] = [];
  for (const mutant of mutantsOf(source)) {
    const judgements: Judgement[] = [];
    for (const lock of locks) {
      const judgement = await judge.judge({ lock, module, text: mutant.text });
      judgements.push(judgement);
      if (judgement.outcome === 'killed') break;
    }
    judged.push({ module, mutant, judgement: worst(judgements) });
  }
  return judged;
}

/** What all locks that consist of a mutant come to. */
function worst(judgements: readonly Judgement[]): Judgement {
  const order = ['killed', 'time', 'proved'] as const;
  const found = order.flatMap((outcome) => judgements.filter((each) => each.outcome === outcome));
  return found[0] ?? { outcome: 'time' };
}

/** Of the mutants that do something else than the lock does, how many were killed. */
function summary(judged: readonly Judged[]): string {
  const killed = judged.filter(({ judgement }) => judgement.outcome === 'killed').length;
  const survivors = judged.filter(({ judgement }) => judgement.outcome !== 'killed');
  const alike = survivors.filter(({ module, mutant }) => reasonFor(module, mutant) !== undefined);
  const changing = judged.length - alike.length;
  const percent = changing === 0 ? 100 : (killed / changing) * 100;
  return (
    `${judged.length} mutants, ${alike.length} of them no worse than the lock; ` +
    `${killed} of ${changing} others killed (${percent.toFixed(1)} %)`
  );
}

function survivorText({ module, mutant, judgement }: Judged): string {
  const { kind, method, before, after } = mutant;
  const explored =
    judgement.outcome === 'proved' ? 'explored to the end' : `not within ${values.time} s`;
  const reason = reasonFor(module, mutant) ?? 'NOT EXPLAINED';
  return `  ${module}.${method}: ${kind}: ${before} → ${after}\n    survived (${explored}): ${reason}`;
}
