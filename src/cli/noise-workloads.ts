/**
 * What `mmlock doctor --noise` runs: a plain critical section, whose noise is the machine's, and page faults beside a
 * mapper, whose noise is that of a benchmark of memory management.
 */
export const noiseWorkloads: readonly string[] = [
  `name: section
roles:
  - name: worker
    threads: 100%
    ops:
      - { op: section, lock: mmap_lock, write: 100%, hold: 2us }
run: { duration: 300ms, warmup: 600ms, blocks: 12 }
strategies: [rwsem-spin]
`,
  `name: faults
space:
  processes: 1
  regions:
    - { name: heap, kind: anon, vmas: 16, pages: 512 }
roles:
  - name: faulter
    threads: 100%
    ops:
      - { op: fault, region: heap, access: write, pick: sequential }
  - name: mapper
    threads: 1
    think: 20us
    ops:
      - { op: mmap, pages: 16 }
      - { op: munmap, region: mapped }
run: { duration: 300ms, warmup: 600ms, blocks: 12 }
strategies: [rwsem-spin]
`,
];
