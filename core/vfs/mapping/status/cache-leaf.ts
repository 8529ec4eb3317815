import type { TreeNode } from '../tree/node.ts';
import type { StatusTree } from './status-tree.ts';

/** Puts a leaf's extents, and the holes between them, where nothing is cached yet (extents.c: ext4_cache_extents()). */
export function cacheLeaf(status: StatusTree, leaf: TreeNode): void {
  let previousEnd = 0;
  for (const { logical, length, physical, unwritten } of leaf.extents) {
    if (previousEnd !== 0 && previousEnd !== logical)
      status.cache(previousEnd, logical - previousEnd, 0, 'hole');
    status.cache(logical, length, physical, unwritten ? 'unwritten' : 'written');
    previousEnd = logical + length;
  }
}
