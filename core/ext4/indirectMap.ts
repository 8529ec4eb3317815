/**
 * A block of block pointers. `pointers` are as on disk, 0 for holes. `level` 1 points at data; above that, `children`
 * has the nodes in the same places as the pointers, null for holes.
 */
export interface IndirectNode {
  readonly level: 1 | 2 | 3;
  readonly physicalBlock: number;
  readonly pointers: readonly number[];
  readonly children: readonly (IndirectNode | null)[];
}

/** The classic block map of an inode without extents (fs/ext4/indirect.c). */
export interface IndirectMap {
  /** Twelve pointers at data, 0 for holes. */
  readonly direct: readonly number[];
  readonly single: IndirectNode | null;
  readonly double: IndirectNode | null;
  readonly triple: IndirectNode | null;
}
