import type { ExtentFile } from '../file.ts';
import { inodeGoal } from '../goal.ts';
import { leafLevel, pathExtent, type Path } from './path.ts';

/**
 * Where blocks at logical block `block` would like to lie: as far from the path's extent on the disk as in the file
 * (fs/ext4/extents.c: ext4_ext_find_goal()). May be negative, where the kernel's number wraps.
 */
export function extentGoal(file: ExtentFile, path: Path, block: number): number {
  const extent = pathExtent(path);
  if (extent !== null) return extent.physical + (block - extent.logical);
  return leafLevel(path).node.physical ?? inodeGoal(file.mount, file.inode);
}

/** A block for a node of the tree, near logical block `block` (ext4_ext_new_meta_block()). Throws Refused. */
export function allocateNode(file: ExtentFile, path: Path, block: number, hintFlags: number): number {
  const goal = extentGoal(file, path, block);
  return file.mount.allocator.allocateMetadata(file.inode, goal, hintFlags, 1).physical;
}
