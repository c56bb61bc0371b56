import { fingerprintOf, type Fingerprint } from '../results/fingerprint.js';
import { cellsOf } from '../results/cells.js';
import { identityOf, startOf } from '../results/identity.js';
import { describeDamage, openResult } from '../results/load.js';
import { headlineRole } from '../results/metrics.js';
import type { Result, WorkloadResult } from '../results/result.js';
import type { History, HistoryRun, LeftOut } from './history.js';
import { metricsOf, observe } from './observe.js';

/** All histories in some files, and what is in none. */
export interface Histories {
  readonly histories: readonly History[];
  readonly leftOut: readonly LeftOut[];
}

/** A file to read, and how the user would name it. */
export interface HistoryFile {
  readonly path: string;
  readonly shown: string;
}

/**
 * Reads one file after the other and keeps some figures of each. A file that cannot be used is left out, with the
 * reason, and stops nothing. Histories come in the order of their workloads' names, of one workload the one with
 * the newest run last.
 *
 * @param metrics names of metrics
 */
export function readHistories(
  files: readonly HistoryFile[],
  metrics: readonly string[],
): Histories {
  const groups = new Map<string, History & { readonly runs: HistoryRun[] }>();
  const leftOut: LeftOut[] = [];
  const seen = new Map<string, string>();
  for (const { path, shown } of files) {
    const omit = (kind: LeftOut['kind'], reason: string, workload: string | null = null): void => {
      leftOut.push({ kind, file: shown, workload, reason });
    };
    const loaded = openResult(path, shown);
    if (!loaded.ok) {
      omit('unreadable', loaded.message.replace(`${shown}: `, ''));
      continue;
    }
    const { result } = loaded;
    const first = seen.get(identityOf(result));
    if (first !== undefined) {
      omit('copy', `is the run of ${first} once more`);
      continue;
    }
    seen.set(identityOf(result), shown);
    for (const workload of result.workloads) {
      const read = readRun(result, workload, shown, metrics);
      if ('kind' in read) {
        omit(read.kind, read.reason, workload.name);
        continue;
      }
      const key = JSON.stringify([read.fingerprint, workload.name, workload.reference]);
      const group = groups.get(key) ?? { ...read, runs: [] };
      group.runs.push(...read.runs);
      groups.set(key, group);
    }
  }
  const histories = [...groups.values()].map((group) => ({
    ...group,
    runs: group.runs.sort(byStart),
  }));
  return { histories: histories.sort(byWorkload), leftOut };
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const byStart = (a: HistoryRun, b: HistoryRun): number =>
  compareText(a.started, b.started) || compareText(a.file, b.file);

const newest = ({ runs }: History): string => runs.at(-1)?.started ?? '';

const byWorkload = (a: History, b: History): number =>
  compareText(a.workload, b.workload) || compareText(newest(a), newest(b));

/** A history of this run alone, or why it is in none. */
function readRun(
  result: Result,
  workload: WorkloadResult,
  file: string,
  metrics: readonly string[],
): History | Pick<LeftOut, 'kind' | 'reason'> {
  const fingerprint = fingerprintOf(result, workload);
  const unknown = unreadFields(fingerprint);
  if (unknown.length > 0) {
    const reason = `could not read ${unknown.join(', ')} of its machine, and so equals no other run`;
    return { kind: 'no-fingerprint', reason };
  }
  const broken = workload.trials.find(({ faults }) => faults.length > 0);
  if (broken !== undefined) {
    return { kind: 'incorrect', reason: `${broken.strategy} broke an invariant` };
  }
  const cells = cellsOf(workload);
  if (cells.blocks.length < workload.orders.length || cells.blocks.length === 0) {
    const reason = `has ${cells.blocks.length} of ${workload.orders.length} blocks`;
    return { kind: 'incomplete', reason };
  }
  const role = headlineRole(workload.plan.roles);
  if (role === undefined) return { kind: 'unreadable', reason: 'has a plan without a role' };
  try {
    return {
      fingerprint,
      workload: workload.name,
      engine: result.engine,
      threads: workload.plan.threads,
      reference: workload.reference,
      role: role.name,
      metrics: metricsOf(metrics, role),
      runs: [
        {
          file,
          started: startOf(result),
          label: result.label ?? null,
          commit: result.mmlock.commit,
          blocks: cells.blocks.length,
          observations: observe(workload, cells, role, metrics),
        },
      ],
    };
  } catch (error) {
    return { kind: 'unreadable', reason: describeDamage(error) };
  }
}

const unreadFields = (fingerprint: Fingerprint): readonly string[] =>
  Object.entries(fingerprint).flatMap(([field, value]) => (value === null ? [field] : []));
