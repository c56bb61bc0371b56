import { asFault, type ScheduledStep, type VerifyFault } from './fault.js';
import { Machine } from './machine.js';
import type { Subject } from './subject.js';
import { stepText, valueText } from './step-text.js';
import { stuckFault } from './stuck.js';
import type { VerifyCpu } from './verify-cpu.js';

/** One step of a played schedule, as a person reads it. */
export interface PlayedStep {
  readonly thread: number;
  readonly text: string;
}

export interface Played {
  /** Steps that mean something to a person. */
  readonly steps: readonly PlayedStep[];
  /** What came of it; undefined if nothing is wrong. */
  readonly fault: VerifyFault | undefined;
  /** How many entries of the schedule could be followed. */
  readonly followed: number;
}

/** Executes a schedule step by step, until it ends or a step of it cannot be executed. The same gives the same. */
export function play(
  subject: Subject,
  schedule: readonly ScheduledStep[],
  deviations: number,
): Played {
  const machine = new Machine(subject, deviations > 0);
  const steps: PlayedStep[] = [];
  let followed = 0;
  try {
    machine.reset();
    for (const { thread, choice } of schedule) {
      const cpu = machine.cpus[thread];
      if (cpu === undefined || !canGoOn(machine, thread)) break;
      followed++;
      one(machine, cpu, choice, steps);
    }
    const fault = followed < schedule.length ? undefined : faultAtEnd(machine);
    return { steps, fault, followed };
  } catch (error) {
    return { steps, fault: asFault(error), followed };
  }
}

function canGoOn(machine: Machine, thread: number): boolean {
  const ready = machine.ready();
  if ((machine.unended & (1 << thread)) === 0) return false;
  return ready === 0 ? machine.isPatient(thread) : (ready & (1 << thread)) !== 0;
}

function one(machine: Machine, cpu: VerifyCpu, choice: number, steps: PlayedStep[]): void {
  const { op, id } = cpu;
  const text = stepText(machine, cpu, choice);
  const index = steps.length;
  if (text !== '') steps.push({ thread: id, text });
  machine.value = 0;
  machine.executeAndTell(id, choice);
  if (text !== '') steps[index] = { thread: id, text: text + valueText(op, machine.value) };
}

function faultAtEnd(machine: Machine): VerifyFault | undefined {
  if (machine.unended === 0) {
    machine.property.atEnd?.(machine.words);
    return undefined;
  }
  return machine.ready() === 0 ? stuckFault(machine) : undefined;
}
