import type { Disk } from './disk.ts';

/** First block of a group. */
export function firstBlockOfGroup(disk: Disk, group: number): number {
  return disk.geometry.firstDataBlock + group * disk.geometry.blocksPerGroup;
}

/** Clusters in a group; the last one may be short (fs/ext4/balloc.c: num_clusters_in_group). */
export function clustersInGroup(disk: Disk, group: number): number {
  const { blocksCount, blocksPerGroup, clusterRatio, groupCount } = disk.geometry;
  const blocks = group === groupCount - 1 ? blocksCount - firstBlockOfGroup(disk, group) : blocksPerGroup;
  return Math.ceil(blocks / clusterRatio);
}

function isPowerOf(base: number, group: number): boolean {
  let rest = group;
  while (rest % base === 0) rest /= base;
  return rest === 1;
}

/** True when the group starts with a superblock, the primary or a copy (fs/ext4/balloc.c: ext4_bg_has_super). */
function hasSuperblock(disk: Disk, group: number): boolean {
  const { features } = disk.geometry;
  if (group === 0) return true;
  if (features.sparseSuper2) return disk.superblock.backupGroups.includes(group);
  if (group === 1 || !features.sparseSuper) return true;
  return isPowerOf(3, group) || isPowerOf(5, group) || isPowerOf(7, group);
}

function descriptorsPerBlock(disk: Disk): number {
  return disk.geometry.blockSizeBytes / disk.geometry.descriptorSizeBytes;
}

/**
 * Blocks at the start of a group that hold superblock, group descriptors and the space reserved for their growth
 * (fs/ext4/balloc.c: ext4_num_base_meta_blocks).
 */
export function baseMetaBlocks(disk: Disk, group: number): number {
  const { superblock } = disk;
  const { metaBg } = disk.geometry.features;
  const perBlock = descriptorsPerBlock(disk);
  const own = hasSuperblock(disk, group) ? 1 : 0;
  if (metaBg && group >= superblock.firstMetaBlockGroup * perBlock) {
    const place = group % perBlock;
    return own + (place === 0 || place === 1 || place === perBlock - 1 ? 1 : 0);
  }
  if (own === 0) return 0;
  const descriptors = metaBg ? superblock.firstMetaBlockGroup : superblock.descriptorBlocks;
  return own + descriptors + superblock.reservedGdtBlocks;
}

/** True when descriptor block `index` lies right after the primary superblock, with the others before it. */
export function isInDescriptorTable(disk: Disk, index: number): boolean {
  return !disk.geometry.features.metaBg || index < disk.superblock.firstMetaBlockGroup;
}

/** Block that holds the superblock: 1 for blocks of 1 KiB, else 0 (at byte 1024). */
export function superblockBlock(disk: Disk): number {
  return disk.geometry.blockSizeBytes === 1024 ? 1 : 0;
}

/** Block of the descriptor block `index` (fs/ext4/super.c: descriptor_loc). */
export function descriptorBlock(disk: Disk, index: number): number {
  if (isInDescriptorTable(disk, index)) return superblockBlock(disk) + 1 + index;
  const group = index * descriptorsPerBlock(disk);
  const { blockSizeBytes, firstDataBlock } = disk.geometry;
  // Bigalloc with 1 KiB blocks has the boot block and the superblock in front of group 0's descriptors.
  const shifted = blockSizeBytes === 1024 && index === 0 && firstDataBlock === 0;
  return firstBlockOfGroup(disk, group) + (hasSuperblock(disk, group) ? 1 : 0) + (shifted ? 1 : 0);
}
