import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../bin/mmlock.cjs', import.meta.url));

export interface Finished {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running `mmlock`, in a process group of its own as a shell would start it. */
export interface Running {
  readonly pid: number;
  readonly finished: Promise<Finished>;
  /** Resolves when standard error holds a match; rejects if the process ends first. */
  stderrMatches(pattern: RegExp): Promise<void>;
}

/** Starts the built command. */
export function startMmlock(words: readonly string[], directory: string): Running {
  const child = spawn(process.execPath, [bin, ...words], {
    cwd: directory,
    env: { ...process.env, NO_COLOR: '1', COLUMNS: '120' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let stdout = '';
  let stderr = '';
  const watchers = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const watcher of watchers) watcher();
  });
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({ status, signal, stdout, stderr }));
  });
  return {
    pid: child.pid ?? 0,
    finished,
    stderrMatches: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!pattern.test(stderr)) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
        void finished.then(() => reject(new Error(`ended before ${String(pattern)}:\n${stderr}`)));
      }),
  };
}

export const runMmlock = (words: readonly string[], directory: string): Promise<Finished> =>
  startMmlock(words, directory).finished;

/** A directory with these files, removed after the test. */
export function temporaryDirectory(
  context: TestContext,
  files: Readonly<Record<string, string>> = {},
): string {
  const directory = mkdtempSync(join(tmpdir(), 'mmlock-test-'));
  context.after(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

/** A workload that runs in a moment; `strategies` as in YAML. */
export const tinyWorkload = (strategies: string, section = 'hold: 1us'): string => `name: tiny
roles:
  - name: worker
    threads: 2
    ops:
      - { op: section, lock: mmap_lock, write: 100%, ${section} }
run: { duration: 30ms, warmup: 10ms, blocks: 6 }
strategies: ${strategies}
`;

/** Processes that `pid` started and that still run, and theirs. */
export function descendants(pid: number): readonly number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(Number(name));
    if (parent !== undefined) parents.set(Number(name), parent);
  }
  const found: number[] = [];
  const visit = (ancestor: number): void => {
    for (const [child, parent] of parents) {
      if (parent !== ancestor) continue;
      found.push(child);
      visit(child);
    }
  };
  visit(pid);
  return found;
}

export const isAlive = (pid: number): boolean => parentOf(pid) !== undefined;

/** undefined once the process is gone; a zombie counts as gone. */
function parentOf(pid: number): number | undefined {
  try {
    const [, state, parent] = /\) (\S) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return state === 'Z' ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}

/** What the tests look at in a result file. */
export interface SavedFile {
  readonly mmlock: { readonly version: string; readonly commit: string | null };
  readonly complete: boolean;
  readonly exit: number | null;
  readonly interrupted: { readonly kind: string; readonly cause: string } | null;
  readonly workloads: readonly {
    readonly trials: readonly { readonly block: number; readonly strategy: string }[];
    readonly strategies: readonly { readonly status: string; readonly reason: string | null }[];
  }[];
}

export const readSaved = (path: string): SavedFile =>
  JSON.parse(readFileSync(path, 'utf8')) as SavedFile;
