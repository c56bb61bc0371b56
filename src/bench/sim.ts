import { Worker } from 'node:worker_threads';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TrialReply, TrialRequest } from '../engines/sim/messages.js';
import { builtInMachine } from '../engines/sim/read-machine.js';
import { builtInLocks } from '../locks/registry.js';
import { resolveStrategy } from '../strategies/resolve.js';
import { compile } from '../workload/compile.js';
import { knownNames } from '../workload/known-names.js';
import { parseWorkload } from '../workload/parse.js';
import type { Plan } from '../workload/plan.js';

/**
 * `npm run bench:sim`: how fast the simulator is, by itself: steps a second of `fault-storm` on one core of the host,
 * without the setting up and the checking of the model, after one short run.
 */
interface Case {
  readonly what: string;
  readonly machine: string;
  readonly cpus: number;
  readonly strategy: string;
  /** Million steps a second. */
  readonly aim: number;
}

const cases: readonly Case[] = [
  { what: 'contended', machine: 'server-2s-64', cpus: 64, strategy: 'rwsem-handoff', aim: 8 },
  { what: 'contended', machine: 'epyc-2s-256', cpus: 256, strategy: 'rwsem-handoff', aim: 4 },
  { what: 'uncontended', machine: 'epyc-2s-256', cpus: 256, strategy: 'private', aim: 6 },
];

const entry = new URL('../engines/sim/bundle/worker.js', import.meta.url);
const durationNs = 10e6;
const rounds = 3;

function planOf({ cpus, machine }: Case): Plan {
  const file = fileURLToPath(new URL('../../workloads/fault-storm.yaml', import.meta.url));
  const { workload, source } = parseWorkload(readFileSync(file, 'utf8'), file, knownNames);
  if (workload === undefined || source === undefined) throw new Error(`${file} does not parse`);
  const compiled = compile(workload, source, {
    seed: 1,
    threads: cpus,
    cores: cpus,
    usualMemory: 16 * 2 ** 30,
    machine: { profile: builtInMachine(machine).profile, cpus },
    privateWorlds: false,
  });
  if (!compiled.ok) throw new Error(compiled.diagnostics.map(({ message }) => message).join('\n'));
  return { ...compiled.plan, run: { ...compiled.plan.run, durationNs } };
}

function ask(worker: Worker, request: TrialRequest): Promise<TrialReply> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.postMessage(request);
  });
}

/** Million steps a second, the best of some rounds; what a whole trial took, s, and the process with it, MiB. */
async function measure(
  each: Case,
): Promise<{ readonly rate: number; readonly seconds: number; readonly resident: number }> {
  const plan = planOf(each);
  const resolved = resolveStrategy(each.strategy, builtInLocks);
  if (!resolved.ok) throw new Error(`no strategy ${each.strategy}`);
  const worker = new Worker(entry);
  try {
    const request = { plan, strategy: resolved.strategy, block: 1, position: 0 };
    await ask(worker, { ...request, plan: { ...plan, run: { ...plan.run, durationNs: 1e6 } } });
    let rate = 0;
    let seconds = Infinity;
    let resident = 0;
    for (let round = 0; round < rounds; round++) {
      const began = performance.now();
      const reply = await ask(worker, request);
      if (!reply.ok) throw new Error(reply.message);
      if (reply.trial.faults.length > 0) throw new Error(reply.trial.faults.join('\n'));
      rate = Math.max(rate, (reply.trial.steps ?? 0) / reply.hostMs / 1000);
      seconds = Math.min(seconds, (performance.now() - began) / 1000);
      resident = Math.max(resident, process.memoryUsage().rss / 2 ** 20);
    }
    return { rate, seconds, resident };
  } finally {
    await worker.terminate();
  }
}

for (const each of cases) {
  const { rate, seconds, resident } = await measure(each);
  console.log(
    `${each.what}, ${each.cpus} CPUs, ${each.strategy}: ${rate.toFixed(2)} M steps/s ` +
      `(aim ${each.aim}); ${durationNs / 1e6} ms virtual in ${seconds.toFixed(1)} s, ` +
      `${resident.toFixed(0)} MiB resident`,
  );
}
