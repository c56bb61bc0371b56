import ora from 'ora';
import { formatSeconds, formatSi } from '../report/format.js';
import { widthOf } from './context.js';
import type { Output } from './context.js';

/** What is known when a trial has finished. */
export interface Step {
  readonly workload: string;
  readonly block: number;
  readonly blocks: number;
  readonly strategy: string;
  readonly operationsPerSecond: number;
  /** How much of the whole it is, where trials take different times; 1 unless said. */
  readonly weight?: number;
}

/** Tells how far a run is. Nothing of it runs by a timer: on few cores that would run beside the threads that are measured. */
export interface Progress {
  trialFinished(step: Step): void;
  blockFinished(workload: string, block: number, blocks: number): void;
  /** So many trials more than were expected. */
  expect(trials: number): void;
  /** A line that stays. */
  note(text: string): void;
  /** Removes what is not to stay. */
  end(): void;
}

/** `trials` is how many there will be, or the sum of their weights, `estimate` seconds they are expected to take, `now` a clock in ms. */
export function createProgress(
  output: Output,
  quiet: boolean,
  trials: number,
  estimate: number,
  now: () => number,
): Progress {
  if (quiet) {
    return { trialFinished() {}, blockFinished() {}, expect() {}, note() {}, end() {} };
  }
  const left = createForecast(trials, estimate, now);
  return canRepaint(output) ? repainted(output, left) : lineByLine(output, left);
}

/** A terminal that says it is 0 wide, as one behind `docker exec -t` may, cannot be told how many lines to erase. */
const canRepaint = (output: Output): boolean => output.isTTY === true && (output.columns ?? 0) > 0;

/** Counts a finished trial and gives the seconds that remain. */
interface Forecast {
  expect(trials: number): void;
  finish(step: Step): void;
  left(): number;
}

/** The plan's estimate gives way to what trials have really taken. */
function createForecast(trials: number, estimate: number, now: () => number): Forecast {
  const start = now();
  let finished = 0;
  let all = trials;
  return {
    expect: (more) => {
      all += more;
    },
    finish: ({ weight = 1 }) => {
      finished += weight;
    },
    left: () => {
      const each = finished === 0 ? estimate / trials : (now() - start) / 1000 / finished;
      return Math.max(0, all - finished) * each;
    },
  };
}

/** One line, painted anew after each trial. The spinner is never started: it would tick inside the windows. */
function repainted(output: Output, forecast: Forecast): Progress {
  const line = ora({
    // A terminal's stream; `Output` is what commands need of it.
    stream: output as unknown as NodeJS.WritableStream,
    isEnabled: true,
    discardStdin: false,
    hideCursor: false,
    spinner: { interval: 1000, frames: [' '] },
  });
  return {
    trialFinished(step) {
      forecast.finish(step);
      const text =
        `${step.workload} · block ${step.block}/${step.blocks} · ${step.strategy} · ` +
        `${formatSi(step.operationsPerSecond)} op/s · ${formatSeconds(forecast.left())} left`;
      // A line that wraps would push the one before it up the screen.
      line.text = text.slice(0, widthOf(output, {}) - 3);
      line.render();
    },
    blockFinished() {},
    expect: (trials) => {
      forecast.expect(trials);
    },
    note(text) {
      line.clear();
      output.write(`${text}\n`);
    },
    end: () => void line.clear(),
  };
}

/** A line a block: for logs. */
function lineByLine(output: Output, forecast: Forecast): Progress {
  return {
    trialFinished: (step) => forecast.finish(step),
    blockFinished(workload, block, blocks) {
      output.write(
        `${workload} · block ${block}/${blocks} · ${formatSeconds(forecast.left())} left\n`,
      );
    },
    expect: (trials) => {
      forecast.expect(trials);
    },
    note: (text) => output.write(`${text}\n`),
    end() {},
  };
}
