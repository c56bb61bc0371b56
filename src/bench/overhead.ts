import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { HarnessCost } from '../engines/engine.js';
import type * as calibration from '../engines/threads/calibrate.js';
import { gapFor } from '../engines/threads/gaps.js';
import { builtInLocks } from '../locks/registry.js';
import { kernels } from '../strategies/history.js';
import { presets } from '../strategies/presets.js';
import { directModule } from './direct-tree.js';
import { measureFault } from './fault-cost.js';
import { inOwnProcess } from './in-own-process.js';
import { measurePair, modesOf, type PairCost, type PairMode } from './lock-pair.js';
import { nativeLockPairs } from './native-locks.js';

/** An uncontended pair may cost this much more than its atomics, and never more than that. */
const pairFactor = 1.15;
const pairExtraNs = 8;
const pairCeilingNs = 50;

/** Pages of 4 KiB that stay in a second-level cache of 1 MiB, and that do not stay in any. */
const hotPages = 128;
const coldPages = 16_384;
const usualStrategy = 'rwsem-spin';

function line(what: string, value: number, unit: string, limit?: number, beside = ''): void {
  const verdict = limit === undefined ? '' : value <= limit ? 'ok' : 'OVER';
  const bound = limit === undefined ? '' : `limit ${limit.toFixed(1)} ${unit}`;
  const figure = `${value.toFixed(1).padStart(8)} ${unit.padEnd(2)}`;
  console.log(
    `${what.padEnd(52)} ${figure}  ${bound.padEnd(16)} ${verdict.padEnd(4)} ${beside}`.trimEnd(),
  );
}

/** One uncontended pair a mode of each of these built-in locks. */
function lockPairs(names: Iterable<string>): void {
  for (const name of names) {
    const definition = builtInLocks.get(name);
    if (definition === undefined) {
      throw new Error(`no lock is called ${name}: one of ${[...builtInLocks.keys()].join(', ')}`);
    }
    for (const mode of modesOf(definition)) {
      const cost = inOwnProcess(['pair', definition.name, mode]) as PairCost;
      const atomics = cost.readModifyWrites * cost.readModifyWriteNs;
      line(
        `${definition.name} ${mode}, acquire and release`,
        cost.ns,
        'ns',
        Math.min(pairCeilingNs, pairFactor * atomics + pairExtraNs),
        `${cost.readModifyWrites} atomics of ${cost.readModifyWriteNs.toFixed(1)} ns`,
      );
    }
  }
}

function actorLoop(): void {
  const cost = inOwnProcess(['harness']) as HarnessCost;
  line('clock', cost.clockNs, 'ns');
  line('empty operation through the actor loop, not timed', cost.emptyOperationNs, 'ns', 20);
  line('empty operation through the actor loop, timed', cost.timedOperationNs, 'ns', 120);
  const extra = Math.max(0, cost.timedOperationNs - cost.emptyOperationNs);
  const gap = gapFor(1000, extra);
  line('timing, as share of an operation of 1 µs', extra / gap / 10, '%', 5, `one in ${gap} timed`);
}

function faults(): void {
  const cost = (pages: number, strategy: string): number =>
    inOwnProcess(['fault', String(pages), strategy]) as number;
  const hot = cost(hotPages, usualStrategy);
  const cold = cost(coldPages, usualStrategy);
  line('anonymous write fault, frames in cache', hot, 'ns', 500);
  line('anonymous write fault, frames not in cache', cold, 'ns');
  // The kernels' presets are locked as one of the others, or as one lock.
  for (const { name } of presets.filter((preset) => !kernels.includes(preset))) {
    line(`anonymous write fault, frames in cache, ${name}`, cost(hotPages, name), 'ns');
  }
}

const binary = fileURLToPath(new URL('../../bin/mmlock.cjs', import.meta.url));

/** Least of several runs of Node with these arguments, in ms. */
function startUp(words: readonly string[]): number {
  let best = Infinity;
  for (let round = 0; round < 9; round++) {
    const began = performance.now();
    execFileSync(process.execPath, words, { stdio: 'ignore' });
    best = Math.min(best, performance.now() - began);
  }
  return best;
}

async function main(words: readonly string[]): Promise<void> {
  const [what, first = '', second = ''] = words;
  switch (what) {
    case 'pair':
      console.log(JSON.stringify(await measurePair(first, second as PairMode)));
      return;
    case 'fault':
      console.log(JSON.stringify(await measureFault(Number(first), second)));
      return;
    case 'harness': {
      const { measureHarness } = (await directModule(
        'engines/threads/calibrate.js',
      )) as typeof calibration;
      console.log(JSON.stringify(measureHarness(1, 1)));
      return;
    }
    case undefined:
      lockPairs(builtInLocks.keys());
      for (const [name, ns] of nativeLockPairs()) {
        line(`${name} (C), acquire and release`, ns, 'ns');
      }
      actorLoop();
      faults();
      line('node, to do nothing', startUp(['--eval', '0']), 'ms');
      line('mmlock --version', startUp([binary, '--version']), 'ms', 120);
      line('mmlock list', startUp([binary, 'list']), 'ms', 200);
      return;
    default:
      lockPairs(words);
  }
}

await main(process.argv.slice(2));
