/**
 * Words of a node of the VMA tree. A node never changes once the root that leads to it is published.
 * Keys, ends and pointers lie in a cache line each, so that a search within a node touches one line.
 */
export const node = {
  count: 0,
  /** 0: a leaf, whose pointers are VMAs; else pointers are nodes one level below. */
  level: 1,
  /** Largest gap, in pages, between two VMAs under this node. */
  gap: 2,
  next: 3,
  stamp: 4,
  /** First page of each entry: of the VMA, or of the first VMA under the child. */
  starts: 16,
  /** Exclusive end of each entry: of the VMA, or of the last VMA under the child. */
  ends: 32,
  pointers: 48,
} as const;

export const nodeWords = 64;
export const nodeEntries = 16;
/** A node with fewer entries is merged with a neighbour if both fit in one. */
export const nodeLeast = 5;
/** No tree grows deeper: 5^8 leaves of 5 entries are more than any address space has pages. */
export const treeDepth = 8;
