import type { BaselineSummary } from '../compare/baseline-summary.js';
import { absent } from '../report/format.js';
import { cell, cells, left, right } from '../report/grid.js';
import type { Grid } from '../report/grid.js';
import { wrapText } from '../report/wrap.js';

type SavedWorkload = BaselineSummary['workloads'][number];

const workloadName = ({ name, threads }: SavedWorkload): string => `${name}/threads=${threads}`;

const blocksText = ({ blocks, planned }: SavedWorkload): string =>
  blocks === planned ? String(blocks) : `${blocks} of ${planned}`;

/** `2026-11-24 02:13`, UTC. */
const timeText = (started: string): string => started.slice(0, 16).replace('T', ' ');

const measuredText = ({ started, host, complete }: BaselineSummary): string => {
  const how = started === null ? 'simulated' : `${timeText(started)} UTC on ${host ?? absent}`;
  return `${how}${complete ? '' : ', not to its end'}`;
};

const each = (values: readonly string[]): string => [...new Set(values)].join(', ');

/** Saved baselines, one a row. */
export function baselinesGrid(summaries: readonly BaselineSummary[]): Grid {
  return {
    title: 'saved baselines (times are UTC)',
    columns: [
      ...['name', 'label', 'commit', 'when', 'workloads', 'strategies'].map(left),
      right('blocks'),
    ],
    rows: summaries.map(({ name, label, commit, started, workloads }) =>
      cells(
        cell(name),
        cell(label ?? absent),
        cell(commit ?? absent),
        cell(started === null ? absent : timeText(started)),
        cell(each(workloads.map(workloadName))),
        cell(each(workloads.flatMap(({ strategies }) => strategies))),
        cell(each(workloads.map(blocksText))),
      ),
    ),
  };
}

/** Everything that is known of one. `file` is where it is. */
export function baselineText(summary: BaselineSummary, file: string, width: number): string {
  const { name, label, version, commit, machine, workloads } = summary;
  const machineText = Object.entries(machine).map(
    ([field, value]) => `${field} ${value ?? 'could not be read'}`,
  );
  const lines: readonly (readonly [string, string])[] = [
    ['file', file],
    ['label', label ?? absent],
    ['measured', measuredText(summary)],
    ['by', `mmlock ${version}${commit === null ? '' : ` (${commit})`}`],
    ['machine', machineText.join(' · ')],
    ...workloads.map((workload): readonly [string, string] => [
      workloadName(workload),
      workloadText(workload),
    ]),
  ];
  const column = Math.max(...lines.map(([head]) => head.length)) + 4;
  const indent = ' '.repeat(column);
  return `${name}\n${lines
    .map(([head, text]) => wrapText(text, width, `  ${head}`.padEnd(column), indent))
    .join('')}`;
}

function workloadText(workload: SavedWorkload): string {
  const { reference, strategies, refused } = workload;
  const names = strategies.map((name) => (name === reference ? `${name} (reference)` : name));
  const rest = refused.length === 0 ? [] : [`refused: ${refused.join(', ')}`];
  return [`${blocksText(workload)} blocks`, names.join(', '), ...rest].join(' · ');
}
