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
  for (const [lock, modules] of plan(positionals)) {
    const found: Judged[] = [];
    for (const module of modules) found.push(...(await judgeModule(lock, module)));
    console.log(`${lock} (${modules.join(', ')}): ${summary(found)}`);
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
 * The modules of each lock that are mutated with it. One that several locks consist of is mutated once, with the
 * first that it belongs to.
 */
function plan(names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  // A variant of a lock under a name of its own has no module of its own.
  const all = [...builtInLocks.keys()].filter((name) => existsSync(lockFile(name)));
  const seen = new Set<string>();
  const planned = new Map<string, readonly string[]>();
  for (const name of names.length === 0 ? all : names) {
    const modules = modulesOf(name).filter((module) => !seen.has(module));
    for (const module of modules) seen.add(module);
    planned.set(name, modules);
  }
  return planned;
}

async function judgeModule(lock: string, module: string): Promise<readonly Judged[]> {
  const source = readFileSync(lockFile(module), 'utf8');
  const unchanged = await judge.judge({ lock, module, text: source });
  if (unchanged.outcome === 'killed')
    throw new Error(`${lock} itself is at fault: ${unchanged.by}`);
  const judged: Judged[] = [];
  for (const mutant of mutantsOf(source)) {
    const judgement = await judge.judge({ lock, module, text: mutant.text });
    judged.push({ module, mutant, judgement });
  }
  return judged;
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
