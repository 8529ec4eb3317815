import { freeFlags } from '../../../mballoc/request.ts';
import type { ExtentFile } from '../file.ts';
import { maxUnwrittenLength, maxWrittenLength } from '../limits.ts';
import { extentEnd, nodeBlock, rootCapacity, type LeafExtent, type TreeNode } from './node.ts';
import { extentAt, leafLevel, type Path } from './path.ts';

/** Whether `second` continues `first` in file, disk and state, and both fit one extent (ext4_can_extents_be_merged()). */
export function canMerge(first: LeafExtent, second: LeafExtent): boolean {
  if (first.unwritten !== second.unwritten || extentEnd(first) !== second.logical) return false;
  const limit = first.unwritten ? maxUnwrittenLength : maxWrittenLength;
  return first.length + second.length <= limit && first.physical + first.length === second.physical;
}

/** Lets the extent in a slot swallow as many of its right neighbours as fit (ext4_ext_try_to_merge_right()). */
export function mergeRight(leaf: TreeNode, position: number): boolean {
  let merged = false;
  while (position < leaf.extents.length - 1) {
    const extent = extentAt(leaf, position);
    const next = extentAt(leaf, position + 1);
    if (!canMerge(extent, next)) break;
    extent.length += next.length;
    leaf.extents.splice(position + 1, 1);
    merged = true;
  }
  return merged;
}

/** Merges the extent in a slot of the path's leaf with its neighbours, then the leaf with the root (ext4_ext_try_to_merge()). */
export function merge(file: ExtentFile, path: Path, position: number): void {
  const { node } = leafLevel(path);
  const merged = position > 0 && mergeRight(node, position - 1);
  if (!merged) mergeRight(node, position);
  mergeUp(file, path);
}

/** Moves a tree's only leaf into the inode when it fits there, and frees its block (ext4_ext_try_to_merge_up()). */
function mergeUp(file: ExtentFile, path: Path): void {
  const [top, bottom] = path;
  if (path.length !== 2 || top === undefined || bottom === undefined) return;
  const leaf = bottom.node;
  if (top.node.children.length !== 1 || leaf.extents.length > rootCapacity) return;

  const { root } = file;
  root.depth = 0;
  root.extents = leaf.extents;
  root.children = [];
  root.capacity = rootCapacity;
  top.position = bottom.position;
  path.length = 1;
  file.mount.allocator.free(file.inode, nodeBlock(leaf), 1, freeFlags.metadata | freeFlags.forget);
}
