import { faultKinds } from '../engines/verify/fault.js';
import { replayFault } from '../engines/verify/saved-fault.js';
import type { Replayed, SavedFault } from '../engines/verify/saved-fault.js';
import { renderInterleaving } from '../report/interleaving.js';
import { wantsColour, widthOf } from './context.js';
import type { Context } from './context.js';
import { exitStatus } from './exit-status.js';
import type { ExitStatus } from './exit-status.js';
import { findTargets } from './verify-targets.js';
import { readFault } from './verify-record.js';

/**
 * `mmlock verify --replay FILE [TARGET]`: plays a saved interleaving again, with what it names or
 * with another. 4 if it still ends in a fault.
 */
export async function replay(
  words: readonly string[],
  file: string,
  format: 'table' | 'json',
  context: Context,
): Promise<ExitStatus> {
  const { stdout, stderr, env } = context;
  const read = readFault(file, context);
  if (!read.ok) {
    stderr.write(`mmlock verify: ${file} ${read.message}\n`);
    return exitStatus.usage;
  }
  if (words.length > 1) {
    stderr.write(
      'mmlock verify: --replay takes one lock or strategy at most, to play the interleaving with\n',
    );
    return exitStatus.usage;
  }
  const { saved } = read;
  const found = await findTargets([words[0] ?? saved.target.word], context);
  const named = found.ok ? found.targets[0] : undefined;
  if (!found.ok || named === undefined) {
    if (!found.ok) stderr.write(found.message);
    return exitStatus.usage;
  }
  const played = replayFault(saved, named.target);
  if (played.changed) {
    stderr.write(
      `note: the text of ${named.label} is not the one in which this was found; the same steps may do something else\n`,
    );
  }
  if (format === 'json') {
    const { fault, steps, followed, changed } = played;
    const shown = fault === undefined ? null : { kind: fault.kind, message: fault.message };
    stdout.write(
      `${JSON.stringify({ target: named.label, changed, followed, of: saved.schedule.length, fault: shown, steps }, null, 2)}\n`,
    );
  } else {
    stdout.write(
      renderInterleaving(
        {
          title: `${named.label}: ${played.label}`,
          threads: saved.scenario.length,
          steps: played.steps,
        },
        { width: widthOf(stdout, env), colour: wantsColour(stdout, env) },
      ) + ` ${outcomeText(played, saved)}\n`,
    );
  }
  return played.fault === undefined ? exitStatus.ok : exitStatus.incorrect;
}

function outcomeText({ fault, followed }: Replayed, saved: SavedFault): string {
  if (fault !== undefined) return `FAULT: ${faultKinds[fault.kind]}: ${fault.message}`;
  const { length } = saved.schedule;
  return followed < length
    ? `no fault: step ${followed + 1} of ${length} cannot be taken any more`
    : 'no fault';
}
