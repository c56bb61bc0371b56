/**
 * How fast `mmlock verify` explores: executions a second over repeated explorations of a ticket lock, three
 * threads for two rounds each, after warm-up; and whether memory grows with the number of executions.
 */
import { Explorer } from '../engines/verify/explorer.js';
import { lockSubject } from '../engines/verify/lock-subject.js';
import type { MutexDefinition } from '../locks/definition.js';
import { lineWords } from '../machine/layout.js';
import { TicketLock } from '../locks/ticket.js';

const ticket: MutexDefinition = {
  name: 'ticket',
  kind: 'mutex',
  sleeps: false,
  fair: true,
  words: () => lineWords,
  create: (base) => new TicketLock(base),
};

const target = 100_000;
const warmUps = 5;
const explorations = 20;
const rounds = ['W', 'W'];

function explore(deviations: number): number {
  const subject = lockSubject(ticket, { threads: [rounds, rounds, rounds] });
  const explorer = new Explorer(subject, { deviations });
  while (!explorer.explore(1000));
  if (explorer.faults.length > 0) throw new Error('the ticket lock is broken');
  return explorer.executions;
}

const megabytes = (): number => process.memoryUsage.rss() / 2 ** 20;

for (const deviations of [0, 1]) {
  for (let i = 0; i < warmUps; i++) explore(deviations);
  const before = megabytes();
  let executions = 0;
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (let i = 0; i < explorations; i++) executions += explore(deviations);
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const rate = executions / seconds;
  console.log(
    `ticket 3×2, deviations ${deviations}: ${executions / explorations} executions an exploration, ` +
      `${Math.round(rate)} executions/s (${Math.round((executions / (user + system)) * 1e6)} per second of CPU time` +
      `${deviations === 0 ? `; target ${target}: ${rate >= target ? 'met' : 'missed'}` : ''}), ` +
      `RSS ${before.toFixed(0)} MB before, ${megabytes().toFixed(0)} MB after ${executions} executions`,
  );
}
