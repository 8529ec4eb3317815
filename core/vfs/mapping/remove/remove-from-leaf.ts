import { assert } from '../../../assert.ts';
import { freeFlags } from '../../../mballoc/request.ts';
import { clusterOf } from '../cluster.ts';
import type { ExtentFile } from '../file.ts';
import { correctIndexes } from '../tree/insert.ts';
import { extentEnd, nodeBlock } from '../tree/node.ts';
import { entryAt, extentAt, type Path, type PathLevel } from '../tree/path.ts';
import { freePartialCluster, keepClusterOf, type PartialCluster } from './partial-cluster.ts';
import { removeExtentTail } from './remove-extent-tail.ts';

/**
 * Removes blocks [start, end] from the path's leaf, from right to left, and the leaf itself once it is empty
 * (fs/ext4/extents.c: ext4_ext_rm_leaf()). An extent that reaches behind `end` was split there before.
 */
export function removeFromLeaf(
  file: ExtentFile,
  path: Path,
  partial: PartialCluster,
  start: number,
  end: number,
): void {
  const level = path[path.length - 1];
  assert(level !== undefined, 'a path reaches a leaf');
  const { extents } = level.node;
  let slot = level.position ?? extents.length - 1;
  let firstChanged = false;

  for (; slot >= 0; slot--) {
    const extent = extentAt(level.node, slot);
    if (extentEnd(extent) <= start) break;
    level.position = slot;
    if (end < extent.logical) {
      keepClusterOf(file, partial, extent.physical);
      continue;
    }
    assert(extentEnd(extent) - 1 <= end, 'an extent was split where the removal ends');
    if (slot === 0) firstChanged = true;
    const from = Math.max(extent.logical, start);
    removeExtentTail(file, extent, partial, from);
    extent.length = from - extent.logical;
    if (extent.length === 0) extents.splice(slot, 1);
  }

  if (firstChanged && extents.length > 0) correctIndexes(path);
  if (partial.state === 'tofree' && slot >= 0) {
    const left = extentAt(level.node, slot);
    const shared = partial.cluster === clusterOf(file.mount.geometry, left.physical + left.length - 1);
    if (shared) partial.state = 'initial';
    else freePartialCluster(file, partial);
  }
  if (extents.length === 0 && level.node.physical !== null) removeNode(file, path);
}

/**
 * Takes the path's last node out of its parent and frees its block; the entries above get the parent's new first block
 * (ext4_ext_rm_idx()).
 */
export function removeNode(file: ExtentFile, path: Path): void {
  const parentLevel = path.length - 2;
  const parent = path[parentLevel];
  assert(parent !== undefined && parent.position !== null, 'a node below the root has a parent');
  const { child } = entryAt(parent.node, parent.position);
  const isFirst = parent.position === 0;
  parent.node.children.splice(parent.position, 1);
  file.mount.allocator.free(file.inode, nodeBlock(child), 1, freeFlags.metadata | freeFlags.forget);
  if (isFirst) correctAbove(path, parentLevel);
}

function correctAbove(path: Path, level: number): void {
  let below: PathLevel | undefined = path[level];
  for (let upper = level - 1; upper >= 0; upper--) {
    const step = path[upper];
    if (step === undefined || below?.position !== 0) break;
    const first = below.node.children[0];
    // An emptied node is removed next, and its entry with it.
    if (first !== undefined) entryAt(step.node, step.position).logical = first.logical;
    below = step;
  }
}
