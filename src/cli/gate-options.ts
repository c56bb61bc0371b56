import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { hosts } from '../gate/margins.js';
import { better } from '../workload/metrics.js';
import { parsePercent } from '../workload/units.js';
import type { MarginFlag } from './bench-options.js';
import { metricNamed, oneOf } from './option-values.js';

/** The options that `bench --gate` and `compare --gate` share. */
export function addGateOptions(command: Command): Command {
  return command
    .option('--gate', 'let the verdicts decide the exit status: 1 regressed, 3 inconclusive')
    .option(
      '--margin <metric=share>',
      'gate a metric by this margin everywhere, such as throughput=5%; again for another',
      marginFlag,
    )
    .option(
      '--on-inconclusive <what>',
      'what inconclusive verdicts do under --gate: fail, warn or pass',
      oneOf(['fail', 'warn', 'pass']),
    )
    .option(
      '--host <kind>',
      'what the usual margins are: shared (10%, 25% for times) or dedicated (3%, 10%)',
      oneOf(hosts),
      'shared',
    );
}

/** `throughput=5%`, `p99=auto`; given once or more often. */
export function marginFlag(
  text: string,
  before: readonly MarginFlag[] | undefined,
): readonly MarginFlag[] {
  const [name = '', value = ''] = text.split('=');
  const metric = metricNamed(name);
  if (better(metric) === 'none') {
    throw new InvalidArgumentError(
      `Of ${name} neither more nor less is better: it cannot regress.`,
    );
  }
  if (value === 'auto') return [...(before ?? []), { metric: name, margin: 'auto' }];
  const margin = parsePercent(value);
  if (!margin.ok) throw new InvalidArgumentError(`Write it as ${name}=5%, or ${name}=auto.`);
  return [...(before ?? []), { metric: name, margin: margin.value }];
}
