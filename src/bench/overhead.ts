import { builtInLocks } from '../locks/registry.js';
import { inOwnProcess } from './in-own-process.js';
import { measurePair, modesOf, type PairCost, type PairMode } from './lock-pair.js';
import { nativeLockPairs } from './native-locks.js';

/** An uncontended pair may cost this much more than its atomics, and never more than that. */
const pairFactor = 1.15;
const pairExtraNs = 8;
const pairCeilingNs = 50;

function line(what: string, ns: number, limit?: number, beside = ''): void {
  const verdict = limit === undefined ? '' : ns <= limit ? 'ok' : 'OVER';
  const bound = limit === undefined ? '' : `limit ${limit.toFixed(1)} ns`;
  console.log(
    `${what.padEnd(46)} ${ns.toFixed(1).padStart(8)} ns  ${bound.padEnd(15)} ${verdict.padEnd(5)}${beside}`.trimEnd(),
  );
}

function lockPairs(): void {
  for (const definition of builtInLocks.values()) {
    for (const mode of modesOf(definition)) {
      const cost = inOwnProcess(['pair', definition.name, mode]) as PairCost;
      const atomics = cost.readModifyWrites * cost.readModifyWriteNs;
      line(
        `${definition.name} ${mode}, acquire and release`,
        cost.ns,
        Math.min(pairCeilingNs, pairFactor * atomics + pairExtraNs),
        ` ${cost.readModifyWrites} atomics of ${cost.readModifyWriteNs.toFixed(1)} ns`,
      );
    }
  }
  for (const [name, ns] of nativeLockPairs()) line(`${name} (C), acquire and release`, ns);
}

async function main(words: readonly string[]): Promise<void> {
  const [what, name = '', mode = ''] = words;
  if (what === 'pair') {
    console.log(JSON.stringify(await measurePair(name, mode as PairMode)));
    return;
  }
  lockPairs();
}

await main(process.argv.slice(2));
