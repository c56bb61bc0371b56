/** What a fault gives. Negative: not finished, and who called must start again. */
export const faultResult = {
  /** Made present, writable or copied. */
  made: 0,
  /** The page was there already. */
  spurious: 1,
  /** No VMA maps the page, or not for this access, or the file ends before it. */
  noVma: 2,
  outOfMemory: 3,
  /** The lock was dropped for I/O. */
  dropped: -1,
  /** The VMA changed; the lock is still held. */
  stale: -2,
} as const;
