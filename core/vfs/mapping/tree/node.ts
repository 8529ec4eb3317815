import { assert } from '../../../assert.ts';
import type { Geometry } from '../../../ext4/geometry.ts';

/** An entry of a leaf (struct ext4_extent): a run of blocks. Owned by its leaf, and changed in place. */
export interface LeafExtent {
  logical: number;
  length: number;
  physical: number;
  unwritten: boolean;
}

/** An entry of an inner node (struct ext4_extent_idx). */
export interface IndexEntry {
  /** First logical block of the subtree, as the entry has it. */
  logical: number;
  readonly child: TreeNode;
}

/** Entries that fit into the inode's own 60 bytes (ext4_ext_space_root(), ext4_ext_space_root_idx()). */
export const rootCapacity = 4;

/** Entries that fit into a block (ext4_ext_space_block(), ext4_ext_space_block_idx()). */
export function blockCapacity(geometry: Geometry): number {
  const headerBytes = 12;
  const entryBytes = 12;
  return Math.floor((geometry.blockSizeBytes - headerBytes) / entryBytes);
}

/**
 * A node of an extent tree (fs/ext4/ext4_extents.h: struct ext4_extent_header and what follows it). Depth 0 is a leaf
 * and uses `extents`; above it, `children` is used. The root changes its depth as the tree grows and shrinks.
 */
export class TreeNode {
  depth: number;
  /** The block that holds the node; null for the root, which lies in the inode. */
  readonly physical: number | null;
  /** eh_max. */
  capacity: number;
  extents: LeafExtent[] = [];
  children: IndexEntry[] = [];
  /** The buffer was read and checked; a leaf's extents are cached when that happens. */
  verified: boolean;

  constructor(depth: number, physical: number | null, capacity: number, verified: boolean) {
    this.depth = depth;
    this.physical = physical;
    this.capacity = capacity;
    this.verified = verified;
  }

  /** eh_entries. */
  get entryCount(): number {
    return this.depth === 0 ? this.extents.length : this.children.length;
  }

  get isFull(): boolean {
    return this.entryCount >= this.capacity;
  }
}

/** ext4_ext_tree_init(): the root of a file without blocks. */
export function emptyRoot(): TreeNode {
  return new TreeNode(0, null, rootCapacity, true);
}

/** The block of a node that is not the root. */
export function nodeBlock(node: TreeNode): number {
  assert(node.physical !== null, 'a node below the root has a block');
  return node.physical;
}

/** The block right behind an extent, logically. */
export function extentEnd(extent: LeafExtent): number {
  return extent.logical + extent.length;
}
