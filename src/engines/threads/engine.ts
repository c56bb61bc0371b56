import { availableParallelism } from 'node:os';
import type { Strategy } from '../../strategies/strategy.js';
import type { Plan } from '../../workload/plan.js';
import type { Engine, EngineEvent, HarnessCost } from '../engine.js';
import { longestSleepNs } from '../longest-sleep.js';
import type { Trial } from '../trial.js';
import { askChild } from './child.js';
import { chooseGaps } from './gaps.js';
import type { Sleeps, TrialSettings } from './messages.js';

/** The pilot trials that tell how long operations take. */
const pilotWindowNs = 100e6;
const pilotWarmupNs = 50e6;
const defaultWatchdogNs = 10e9;
/** A sleep that takes longer than asked by more than this share is noted. */
const sleepTolerance = 0.1;

export interface ThreadsEngineOptions {
  /** Time without any progress after which threads count as stuck; default 10 s and the longest sleep. */
  readonly watchdogNs?: number;
  /** CPUs to assume; default those the process may use. */
  readonly cores?: number;
}

/** Runs the model on worker threads of this machine, a child process for each block. */
export class ThreadsEngine implements Engine {
  readonly #watchdogNs: number;
  readonly #cores: number;

  constructor(options: ThreadsEngineOptions = {}) {
    this.#watchdogNs = options.watchdogNs ?? defaultWatchdogNs;
    this.#cores = options.cores ?? availableParallelism();
  }

  async run(
    plan: Plan,
    strategies: readonly Strategy[],
    orders: Iterable<readonly number[]>,
    report: (event: EngineEvent) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const harness = await this.#calibrate(plan, signal);
    if (harness === undefined) return;
    report({ type: 'calibrated', harness });
    const settings = {
      plan,
      cores: this.#cores,
      harness,
      watchdogNs: this.#watchdogNs + longestSleepNs(plan),
    };
    const gaps = await this.#pilot(settings, strategies, signal);
    const sum = { askedNs: 0, tookNs: 0 };
    let block = 0;
    for (const order of orders) {
      if (stopped(signal)) break;
      block++;
      report({ type: 'block-started', block });
      await askChild(
        { type: 'block', settings: { ...settings, gaps }, strategies, order, block },
        `block ${block}`,
        (reply) => {
          if (reply.type !== 'trial') return;
          report({ type: 'trial-finished', trial: reply.trial });
          sum.askedNs += reply.sleeps.askedNs;
          sum.tookNs += reply.sleeps.tookNs;
        },
        signal,
      );
      if (!stopped(signal)) report({ type: 'block-finished', block });
    }
    for (const text of this.#notes(sum)) report({ type: 'note', text });
  }

  async #calibrate(plan: Plan, signal: AbortSignal): Promise<HarnessCost | undefined> {
    let harness: HarnessCost | undefined;
    await askChild(
      { type: 'calibrate', threads: plan.threads, cores: this.#cores },
      'calibration',
      (reply) => {
        if (reply.type === 'calibrated') harness = reply.harness;
      },
      signal,
    );
    return harness;
  }

  /** A short trial of each strategy with everything timed. What is wrong in it shows again in block 1. */
  async #pilot(
    settings: Omit<TrialSettings, 'gaps'>,
    strategies: readonly Strategy[],
    signal: AbortSignal,
  ): Promise<readonly (readonly number[])[]> {
    const { plan } = settings;
    const run = { ...plan.run, durationNs: pilotWindowNs, warmupNs: pilotWarmupNs };
    const pilots: Trial[] = [];
    await askChild(
      {
        type: 'block',
        settings: {
          ...settings,
          plan: { ...plan, run },
          gaps: plan.roles.map((role) => role.rows.map(() => 1)),
        },
        strategies,
        order: strategies.map((_, index) => index),
        block: 0,
      },
      'pilot',
      (reply) => {
        if (reply.type === 'trial') pilots.push(reply.trial);
      },
      signal,
    );
    return chooseGaps(plan, pilots, settings.harness);
  }

  #notes(sum: Sleeps): string[] {
    const notes: string[] = [];
    if (sum.tookNs > sum.askedNs * (1 + sleepTolerance)) {
      const longer = ((sum.tookNs / sum.askedNs - 1) * 100).toFixed(0);
      notes.push(
        `sleeps (I/O, notifiers, pins) took ${longer} % longer than asked: the operating system's timer is too coarse for them`,
      );
    }
    return notes;
  }
}

/** A call, as the answer may change across an `await`. */
const stopped = (signal: AbortSignal): boolean => signal.aborted;
