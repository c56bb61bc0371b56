import { ControlLayout } from '../engines/threads/control.js';
import { Clock } from '../engines/threads/clock.js';
import type { ThreadCpu, ThreadCpuParts } from '../engines/threads/thread-cpu.js';
import { Layout, pageWords } from '../machine/layout.js';
import { RunLayout } from '../workload/run-layout.js';

/** One thread's words, and what a `ThreadCpu` over them is made from. */
export interface SingleThread {
  readonly words: Int32Array;
  readonly layout: Layout;
  readonly run: RunLayout;
  readonly parts: ThreadCpuParts;
}

/**
 * Sets up shared words for one thread that works on what `build` lays out.
 *
 * @param frames 4 KiB frames behind the structures
 */
export function singleThread<Built>(
  frames: number,
  build: (layout: Layout, run: RunLayout) => Built,
): SingleThread & { readonly built: Built } {
  const layout = new Layout();
  const run = new RunLayout(layout, 1);
  const control = new ControlLayout(layout, 1);
  const built = build(layout, run);
  const framesWord = Math.ceil(layout.words / pageWords) * pageWords;
  const words = new Int32Array(new SharedArrayBuffer((framesWord + frames * pageWords) * 4));
  words.fill(0);
  const parts: ThreadCpuParts = {
    words,
    control,
    run,
    clock: new Clock(Clock.origin()),
    id: 0,
    threads: 1,
    cores: 1,
    framesWord,
    sleepOvershootNs: 0,
    seed: 1,
  };
  return { words, layout, run, parts, built };
}

export type ThreadCpuModule = { readonly ThreadCpu: new (parts: ThreadCpuParts) => ThreadCpu };
