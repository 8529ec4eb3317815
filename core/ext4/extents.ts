import type { Disk } from './disk.ts';
import { type Extent, leafExtents, readExtentTree } from './extent-tree.ts';
import { indirectExtents, readIndirectMap } from './indirect-map.ts';
import type { InodeRecord } from './inode.ts';

/** Every mapped block of an inode, in logical order, neighbours merged as FIEMAP shows them. */
export function readExtents(disk: Disk, inode: InodeRecord): Extent[] {
  if (!hasBlockMap(disk, inode)) return [];
  const found = inode.usesExtents
    ? leafExtents(readExtentTree(disk, inode))
    : indirectExtents(readIndirectMap(disk, inode), disk.geometry.blockSizeBytes / 4);
  return mergeExtents(found);
}

/** False where i_block holds something else: inline data, the target of a short link, a device number. */
function hasBlockMap(disk: Disk, inode: InodeRecord): boolean {
  if (inode.inlineData) return false;
  if (inode.kind === 'other') return isReserved(disk, inode) && inode.block.some((byte) => byte !== 0);
  if (inode.kind !== 'link' || inode.usesExtents) return true;
  // A link's target is in the inode when no block but the attributes' is counted (ext4_inode_is_fast_symlink).
  const attributes = inode.fileAclBlock === 0 ? 0 : disk.geometry.blockSizeBytes / 512;
  return inode.blocks > attributes * disk.geometry.clusterRatio;
}

/** Reserved inodes (bad blocks, say) may map blocks without a file type in their mode. */
function isReserved(disk: Disk, inode: InodeRecord): boolean {
  return inode.ino < disk.geometry.firstInode && (inode.mode & 0xf000) === 0;
}

/** Joins neighbours that continue each other in both addresses and state. */
export function mergeExtents(extents: Iterable<Extent>): Extent[] {
  const merged: Extent[] = [];
  for (const extent of extents) {
    const last = merged.at(-1);
    const continues =
      last !== undefined &&
      last.unwritten === extent.unwritten &&
      last.logical + last.length === extent.logical &&
      last.physical + last.length === extent.physical;
    if (continues) merged[merged.length - 1] = { ...last, length: last.length + extent.length };
    else merged.push(extent);
  }
  return merged;
}
