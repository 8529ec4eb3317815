import { assert } from '../../../assert.ts';
import { getBlocks } from '../../filesystem.ts';
import type { ExtentFile } from '../file.ts';
import { maxBlocks } from '../limits.ts';
import { cacheLeaf } from '../status/cache-leaf.ts';
import type { IndexEntry, LeafExtent, TreeNode } from './node.ts';

/** One step of the way from the root to a leaf (struct ext4_ext_path). */
export interface PathLevel {
  readonly node: TreeNode;
  /** The entry that the way goes through (p_idx, in the leaf p_ext); null in an empty leaf, or before a visit. */
  position: number | null;
}

/** From the root (index 0) to a leaf. */
export type Path = PathLevel[];

/** The last step: the leaf. */
export function leafLevel(path: Path): PathLevel {
  const level = path[path.length - 1];
  assert(level !== undefined, 'a path reaches a leaf');
  return level;
}

/** The extent that the path ends at, null in an empty tree. */
export function pathExtent(path: Path): LeafExtent | null {
  const { node, position } = leafLevel(path);
  return position === null ? null : extentAt(node, position);
}

/** The extent in a leaf's slot. */
export function extentAt(leaf: TreeNode, position: number): LeafExtent {
  const extent = leaf.extents[position];
  assert(extent !== undefined, 'the slot holds an extent');
  return extent;
}

/** The entry in an inner node's slot. */
export function entryAt(node: TreeNode, position: number | null): IndexEntry {
  const entry = position === null ? undefined : node.children[position];
  assert(entry !== undefined, 'the slot holds an index entry');
  return entry;
}

/** read_extent_tree_block(): reading a leaf for the first time puts its extents into the status cache. */
export function visit(file: ExtentFile, node: TreeNode, flags: number): TreeNode {
  if (!node.verified) {
    node.verified = true;
    if (node.depth === 0 && !(flags & getBlocks.noCache)) cacheLeaf(file, node);
  }
  return node;
}

/**
 * The way to the extent that holds `block`, else the closest one before it, else the first one of the tree
 * (fs/ext4/extents.c: ext4_find_extent()).
 */
export function findExtent(file: ExtentFile, block: number, flags: number): Path {
  let node = file.root;
  if (node.depth === 0 && !(flags & getBlocks.noCache)) cacheLeaf(file, node);
  const path: Path = new Array<PathLevel>(node.depth + 1);
  let level = 0;
  for (; node.depth > 0; level++) {
    const position = searchEntries(node.children, block);
    path[level] = { node, position };
    node = visit(file, entryAt(node, position).child, flags);
  }
  path[level] = { node, position: node.extents.length === 0 ? null : searchEntries(node.extents, block) };
  return path;
}

/** ext4_ext_binsearch(), ext4_ext_binsearch_idx(): the last entry that starts at or before `block`, else the first. */
function searchEntries(entries: readonly { logical: number }[], block: number): number {
  let low = 1;
  let high = entries.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const entry = entries[middle];
    if (entry !== undefined && block < entry.logical) high = middle - 1;
    else low = middle + 1;
  }
  return low - 1;
}

/** First block of the extent after the path's, {@link maxBlocks} at the end (ext4_ext_next_allocated_block()). */
export function nextAllocated(path: Path): number {
  const { node, position } = leafLevel(path);
  if (position === null && path.length === 1) return maxBlocks;
  if (position !== null && position < node.extents.length - 1) return extentAt(node, position + 1).logical;
  return nextLeaf(path);
}

/** First block of the next leaf by its index entry, {@link maxBlocks} where there is none (ext4_ext_next_leaf_block()). */
export function nextLeaf(path: Path): number {
  for (let level = path.length - 2; level >= 0; level--) {
    const step = path[level];
    assert(step?.position !== undefined && step.position !== null, 'an inner step goes through an entry');
    if (step.position < step.node.children.length - 1) return entryAt(step.node, step.position + 1).logical;
  }
  return maxBlocks;
}
