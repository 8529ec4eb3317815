import type { TreeNode } from '../../../core/vfs/mapping/tree/node.ts';

/** What a tree is made of. */
export interface TreeShape {
  readonly depth: number;
  /** Blocks of the nodes below the root. */
  readonly nodeBlocks: readonly number[];
}

/** Throws unless order, keys, capacities and lengths of an extent tree are right (e2fsck's view). */
export function checkTree(root: TreeNode): TreeShape {
  const nodeBlocks: number[] = [];
  let end = 0;
  const visit = (node: TreeNode, depth: number, key: number | null): void => {
    if (node.depth !== depth) throw new Error('a node has the wrong depth');
    if (node.physical !== null) nodeBlocks.push(node.physical);
    const entries = depth === 0 ? node.extents : node.children;
    if (entries.length > node.capacity) throw new Error('a node has too many entries');
    if (key !== null && entries[0]?.logical !== key)
      throw new Error("an entry's key is not its subtree's first block");
    for (const { child, logical } of node.children) visit(child, depth - 1, logical);
    for (const extent of node.extents) {
      if (extent.logical < end) throw new Error('extents overlap or are out of order');
      const limit = extent.unwritten ? 32767 : 32768;
      if (extent.length < 1 || extent.length > limit)
        throw new Error('an extent has a length it cannot have');
      end = extent.logical + extent.length;
    }
  };
  visit(root, root.depth, null);
  return { depth: root.depth, nodeBlocks };
}
