import type { Counters, Events } from '../machine/counters.js';
import { lockClasses } from '../machine/lock-class.js';
import type { LockClass } from '../machine/lock-class.js';
import type { CounterRow, WorkloadAnalysis } from '../results/analysis.js';
import { absent, formatNs, formatShare, formatSi } from './format.js';
import { cell, cells, dropEmptyColumns, group, left, right } from './grid.js';
import type { Cell, Grid, Row } from './grid.js';

const counterColumns = [
  ['spins', 'spins'],
  ['spinYields', 'spin yields'],
  ['sleeps', 'sleeps'],
  ['steals', 'steals'],
  ['handoffs', 'handoffs'],
  ['retries', 'retries'],
  ['fallbacks', 'fallbacks'],
  ['ownerLost', 'owner lost'],
] as const satisfies readonly (readonly [keyof Counters, string])[];

const eventColumns = [
  ['spurious', 'spurious'],
  ['majorFaults', 'major faults'],
  ['copyOnWrite', 'copy-on-write'],
  ['ioRetries', 'I/O retries'],
  ['holdBreaks', 'hold breaks'],
  ['shootdowns', 'shootdowns'],
  ['pagesPinned', 'pages pinned'],
  ['gupFastMisses', 'gup-fast misses'],
  ['pagesReclaimed', 'reclaimed'],
  ['notifierCalls', 'notifier calls'],
  ['breakpointsInstalled', 'breakpoints'],
  ['probeHits', 'probe hits'],
  ['missedHits', 'missed hits'],
  ['epochFrees', 'epoch frees'],
] as const satisfies readonly (readonly [keyof Events, string])[];

/** What the locks did, a second: grouped by lock, so that strategies stand beside each other. */
export function countersGrid(analysis: WorkloadAnalysis, everyClass: boolean): Grid {
  const rows: Row[] = [];
  for (const lockClass of lockClasses) {
    const using = analysis.counters.filter((row) => row.classes[lockClass] !== undefined);
    if (!everyClass && !using.some((row) => notAtOnce(row.classes[lockClass]))) continue;
    if (using.length > 0) rows.push(group(lockClass));
    for (const row of using) rows.push(counterRow(row, lockClass));
  }
  return dropEmptyColumns(
    {
      title: everyClass
        ? 'locks, per second'
        : 'locks that were waited for or tried in vain, per second',
      columns: [
        left('strategy'),
        right('acquired'),
        right('contended'),
        ...counterColumns.map(([, head]) => right(head)),
      ],
      rows,
    },
    isNothing,
  );
}

/** Whether anyone waited, or tried in vain. */
const notAtOnce = (counters: Counters | undefined): boolean =>
  counters !== undefined && counters.contended + counters.retries + counters.fallbacks > 0;

function counterRow(row: CounterRow, lockClass: LockClass): Row {
  const counters = row.classes[lockClass];
  if (counters === undefined) return cells(cell(row.strategy));
  return cells(
    cell(row.strategy),
    perSecond(counters.acquisitions, row.seconds),
    cell(
      counters.acquisitions === 0
        ? absent
        : formatShare(counters.contended / counters.acquisitions),
    ),
    ...counterColumns.map(([key]) => perSecond(counters[key], row.seconds)),
  );
}

/** What the model did and what it cost the machine, a second. Columns that are zero for all are left out. */
export function eventsGrid(analysis: WorkloadAnalysis): Grid {
  return dropEmptyColumns(
    {
      title: 'events, per second',
      columns: [
        left('strategy'),
        ...eventColumns.map(([, head]) => right(head)),
        right('CPU/op'),
        right('switches vol/invol'),
      ],
      rows: analysis.counters.map((row) =>
        cells(
          cell(row.strategy),
          ...eventColumns.map(([key]) => perSecond(row.events[key], row.seconds)),
          cell(row.cpuNsPerOperation === null ? absent : formatNs(row.cpuNsPerOperation)),
          cell(switchesText(row)),
        ),
      ),
    },
    isNothing,
  );
}

const perSecond = (count: number, seconds: number): Cell =>
  cell(seconds > 0 ? formatSi(count / seconds) : absent);

const isNothing = (text: string): boolean => text === '0' || text === '' || text === absent;

function switchesText(row: CounterRow): string {
  const { voluntarySwitchesPerSecond: own, involuntarySwitchesPerSecond: forced } = row;
  if (own === null || forced === null) return absent;
  return `${formatSi(own)}/${formatSi(forced)}`;
}
