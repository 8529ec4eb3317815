import type { Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';

/** EXT4_MAX_EXTENT_DEPTH */
const extentDepthMost = 5;
/** ext4_ind_trans_blocks() of a few blocks. */
const indirectNodes = 5;
/** EXT4_META_TRANS_BLOCKS without quota: superblock, inode and attributes. */
const inodeCredits = 6;

/**
 * Credits with which ext4_write_begin() starts its handle for one page of journalled data: ext4_chunk_trans_extent()
 * of fs/ext4/inode.c, and one for the orphan list.
 */
export function pageCredits(fs: Filesystem, inode: Inode): number {
  const { geometry, machine } = fs;
  const blocks = machine.pageSizeBytes / geometry.blockSizeBytes;
  const descriptorBlocks = Math.ceil(
    geometry.groupCount / Math.floor(geometry.blockSizeBytes / geometry.descriptorSizeBytes),
  );
  const nodes = inode.usesExtents ? extentDepthMost * 2 + 1 : indirectNodes;
  const groups = nodes + 1;
  const allocation = Math.min(groups, geometry.groupCount) + Math.min(groups, descriptorBlocks);
  return nodes + allocation + inodeCredits + blocks + 1;
}
