/** The first workload that `mmlock init` writes: small, complete, and explained line by line. */
export const firstWorkload = `# A first workload: threads of one process fault its memory in while another thread maps and unmaps.
#   mmlock validate FILE   is this file right?
#   mmlock bench FILE      run it against the strategies below
#   mmlock list            which locks and strategies there are
# For completion in an editor: mmlock schema > workload.schema.json
# yaml-language-server: $schema=workload.schema.json
name: first
about: Page faults of several threads against one thread that maps and unmaps.

# What is there before the clock starts. Pages have 4 KiB.
space:
  processes: 1
  regions:
    - { name: heap, kind: anon, vmas: 16, pages: 512 }

# Who does what. Each thread plays one role, round after round.
roles:
  - name: faulter
    threads: 100%              # of the threads that numbered roles leave; --threads says how many there are
    ops:
      - { op: fault, region: heap, access: write }   # each thread in 512 pages of its own, over and over

  - name: mapper
    threads: 1
    think: 20us                # pause after each round
    ops:
      - { op: mmap, pages: 64 }
      - { op: fault, region: mapped, pages: 64 }     # what this thread mapped last
      - { op: munmap, region: mapped }

# Each block runs every strategy once. Windows of 250ms and more show tails.
run: { duration: 250ms, warmup: 500ms, blocks: 9 }

# What the address space is locked with. The others are compared with the baseline.
baseline: rwsem-spin
strategies:
  - mutex
  - rwsem-fifo
  - rwsem-spin
  - private                    # each thread in an address space of its own: the upper bound

# What you expect, judged with intervals: holds, refuted or inconclusive.
expect:
  - claim: a writer that spins is no slower than one that sleeps
    metric: throughput
    of: rwsem-spin
    than: rwsem-fifo
    ratio: { min: 0.95 }
`;
