import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = `
#include <pthread.h>
#include <stdio.h>
#include <time.h>
static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}
#define MEASURE(name, acquire, release)                              \\
  do {                                                               \\
    double best = 1e9;                                               \\
    for (int round = 0; round < 9; round++) {                        \\
      double start = now();                                          \\
      for (int i = 0; i < 1000000; i++) { acquire; release; }        \\
      double each = (now() - start) / 1e6;                           \\
      if (each < best) best = each;                                  \\
    }                                                                \\
    printf("%s %.2f\\n", name, best);                                \\
  } while (0)
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static void *nothing(void *argument) { return argument; }
int main(void) {
  /* A second thread has existed, so that libc does not take its single-threaded short cuts. */
  pthread_t thread;
  pthread_create(&thread, NULL, nothing, NULL);
  pthread_join(thread, NULL);
  MEASURE("pthread_mutex", pthread_mutex_lock(&mutex), pthread_mutex_unlock(&mutex));
  MEASURE("pthread_rwlock-read", pthread_rwlock_rdlock(&lock), pthread_rwlock_unlock(&lock));
  MEASURE("pthread_rwlock-write", pthread_rwlock_wrlock(&lock), pthread_rwlock_unlock(&lock));
  return 0;
}
`;

/**
 * Uncontended acquire-and-release pairs of the C library's locks, in ns, best of nine rounds of a million;
 * empty where no C compiler is found.
 */
export function nativeLockPairs(): ReadonlyMap<string, number> {
  const directory = mkdtempSync(join(tmpdir(), 'mmlock-bench-'));
  try {
    const source = join(directory, 'pairs.c');
    const binary = join(directory, 'pairs');
    writeFileSync(source, program);
    execFileSync('cc', ['-O2', '-pthread', '-o', binary, source], { stdio: 'ignore' });
    const lines = execFileSync(binary, { encoding: 'utf8' }).trim().split('\n');
    return new Map(
      lines.map((line) => {
        const [name = '', ns = ''] = line.split(' ');
        return [name, Number(ns)];
      }),
    );
  } catch {
    return new Map();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
