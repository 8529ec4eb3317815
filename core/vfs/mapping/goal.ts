import type { Mount } from './file.ts';
import type { Inode } from '../inode.ts';

/** EXT4_FLEX_SIZE_DIR_ALLOC_SCHEME: from this many groups in a flexible group on, the first one is for directories. */
const directorySchemeFlexSize = 4;
/** Threads start in one of so many places of a group, so that their files do not grow into each other. */
const colours = 16;

/**
 * Where a file without any block would like its first one (fs/ext4/balloc.c: ext4_inode_to_goal_block()): its group,
 * or the flexible group's second one for regular files; without delayed allocation moved on by the thread's colour.
 */
export function inodeGoal(mount: Mount, inode: Inode): number {
  const { geometry, options, machine } = mount;
  let group = inode.group;
  if (geometry.flexSize >= directorySchemeFlexSize) {
    group -= group % geometry.flexSize;
    if (inode.isRegular) group += 1;
  }
  const groupStart = group * geometry.blocksPerGroup + geometry.firstDataBlock;
  if (options.delayedAllocation) return groupStart;

  const last = geometry.blocksCount - 1;
  const span = groupStart + geometry.blocksPerGroup <= last ? geometry.blocksPerGroup : last - groupStart;
  return groupStart + colourOffset(machine.threadId % colours, span);
}

/**
 * How far the thread's colour moves the goal. The group may start behind the end of a tiny filesystem; the kernel then
 * divides a wrapped 64-bit number and cuts the product to the 32 bits of ext4_grpblk_t, and so do we.
 */
function colourOffset(colour: number, span: number): number {
  if (span >= 0) return colour * Math.floor(span / colours);
  const share = BigInt.asUintN(64, BigInt(span)) / BigInt(colours);
  return Number(BigInt.asIntN(32, BigInt(colour) * share));
}
