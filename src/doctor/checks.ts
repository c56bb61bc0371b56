import type { Machine } from '../system/machine.js';
import { aslr } from './aslr.js';
import { clockSource } from './clock-source.js';
import { container } from './container.js';
import { coreKinds } from './core-kinds.js';
import { cpuCount } from './cpu-count.js';
import { cpuQuota } from './cpu-quota.js';
import type { Check, Finding } from './finding.js';
import { frequencySpread } from './frequency-spread.js';
import { governor } from './governor.js';
import { heat } from './heat.js';
import { hugePages } from './huge-pages.js';
import { hypervisor } from './hypervisor.js';
import { idleStates } from './idle-states.js';
import { irqBalance } from './irq-balance.js';
import { isolatedCpus } from './isolated-cpus.js';
import { load } from './load.js';
import { numa } from './numa.js';
import { powerSupply } from './power-supply.js';
import { pressure } from './pressure.js';
import { smt } from './smt.js';
import { steal } from './steal.js';
import { swap } from './swap.js';
import { throttling } from './throttling.js';
import { turbo } from './turbo.js';

/** All checks, in the order in which they are shown: what matters most often first in each group. */
export const checks: readonly Check[] = [
  governor,
  turbo,
  frequencySpread,
  powerSupply,
  heat,
  hypervisor,
  steal,
  container,
  cpuQuota,
  throttling,
  cpuCount,
  smt,
  coreKinds,
  isolatedCpus,
  numa,
  load,
  pressure,
  idleStates,
  irqBalance,
  clockSource,
  hugePages,
  swap,
  aslr,
];

export const examine = (machine: Machine): readonly Finding[] =>
  checks.map((check) => check(machine));
