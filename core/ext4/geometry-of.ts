import { DamagedImage } from './damaged.ts';
import { featuresOf } from './features.ts';
import type { Features, Geometry } from './geometry.ts';
import type { Superblock } from './superblock.ts';

/**
 * The filesystem's constants, checked as a mount checks them (fs/ext4/super.c: ext4_handle_clustersize,
 * ext4_block_group_meta_init, ext4_check_geometry, ext4_fill_flex_info).
 * `sourceBytes` is the length of the image or device. Throws DamagedImage.
 */
export function geometryOf(superblock: Superblock, sourceBytes: number): Geometry {
  const sb = superblock;
  const features = featuresOf({
    compat: sb.featureCompat,
    incompat: sb.featureIncompat,
    roCompat: sb.featureRoCompat,
  });
  checkInodes(sb, features);
  checkGroups(sb, features);
  checkSize(sb, sourceBytes);
  const clusterRatio = sb.clusterSizeBytes / sb.blockSizeBytes;
  const groupCount = Math.ceil((sb.blocksCount - sb.firstDataBlock) / sb.blocksPerGroup);
  checkGroupCount(sb, groupCount);
  const inodesPerBlock = sb.blockSizeBytes / sb.inodeSizeBytes;
  return {
    blockSizeBytes: sb.blockSizeBytes,
    blockSizeBits: Math.log2(sb.blockSizeBytes),
    clusterRatio,
    clusterBits: Math.log2(clusterRatio),
    blocksCount: sb.blocksCount,
    firstDataBlock: sb.firstDataBlock,
    blocksPerGroup: sb.blocksPerGroup,
    clustersPerGroup: sb.clustersPerGroup,
    groupCount,
    inodesCount: sb.inodesCount,
    inodesPerGroup: sb.inodesPerGroup,
    firstInode: sb.firstInode,
    inodeSizeBytes: sb.inodeSizeBytes,
    inodeTableBlocksPerGroup: Math.floor(sb.inodesPerGroup / inodesPerBlock),
    descriptorSizeBytes: sb.descriptorSizeBytes,
    flexSize: flexSizeOf(sb, features),
    reservedBlocksCount: sb.reservedBlocksCount,
    features,
  };
}

function check(condition: boolean, what: string): void {
  if (!condition) throw new DamagedImage('superblock', null, what);
}

function isPowerOfTwo(value: number): boolean {
  return value > 0 && Number.isInteger(Math.log2(value));
}

function checkInodes(sb: Superblock, features: Features): void {
  const { inodeSizeBytes: size, blockSizeBytes: block, inodesPerGroup } = sb;
  check(size >= 128 && size <= block && isPowerOfTwo(size), `inode size ${size} is impossible`);
  check(sb.firstInode >= 11, `first inode ${sb.firstInode} is impossible`);
  const possible = inodesPerGroup >= block / size && inodesPerGroup <= block * 8;
  check(possible, `${inodesPerGroup} inodes per group are impossible`);
  if (features.extraIsize && size > 128) {
    check(sb.wantExtraIsize <= size - 128, `s_want_extra_isize ${sb.wantExtraIsize} exceeds the inode`);
    check(sb.minExtraIsize <= size - 128, `s_min_extra_isize ${sb.minExtraIsize} exceeds the inode`);
  }
}

function checkGroups(sb: Superblock, features: Features): void {
  const { blockSizeBytes: block, clusterSizeBytes: cluster, blocksPerGroup, clustersPerGroup } = sb;
  check(!features.bigalloc || features.extents, 'bigalloc without extents is impossible');
  const fits = features.bigalloc ? cluster >= block : cluster === block;
  check(fits, `cluster size ${cluster} does not go with block size ${block}`);
  const whole = clustersPerGroup > 0 && clustersPerGroup % 8 === 0 && clustersPerGroup <= block * 8;
  check(whole, `${clustersPerGroup} clusters per group are impossible`);
  const consistent = blocksPerGroup === clustersPerGroup * (cluster / block);
  check(consistent, `${blocksPerGroup} blocks per group contradict ${clustersPerGroup} clusters per group`);
  const size = sb.descriptorSizeBytes;
  const sizes = features.bit64 ? size >= 64 && size <= 1024 && isPowerOfTwo(size) : size === 32;
  check(sizes, `group descriptors of ${size} bytes are impossible`);
  check(
    sb.reservedGdtBlocks <= block / 4,
    `${sb.reservedGdtBlocks} reserved descriptor blocks are impossible`,
  );
}

function checkSize(sb: Superblock, sourceBytes: number): void {
  const { blocksCount, blockSizeBytes, firstDataBlock } = sb;
  const has = Math.floor(sourceBytes / blockSizeBytes);
  check(blocksCount <= has, `the filesystem has ${blocksCount} blocks, but the image ends after ${has}`);
  check(firstDataBlock < blocksCount, `first data block ${firstDataBlock} is beyond the end`);
  const smallest = blockSizeBytes === 1024 && sb.clusterSizeBytes === blockSizeBytes;
  check(!smallest || firstDataBlock > 0, 'first data block 0 does not go with blocks of 1024 bytes');
  check(
    sb.reservedBlocksCount <= blocksCount,
    `${sb.reservedBlocksCount} reserved blocks are more than there are`,
  );
}

function checkGroupCount(sb: Superblock, groupCount: number): void {
  const inodes = groupCount * sb.inodesPerGroup;
  check(
    inodes === sb.inodesCount,
    `${sb.inodesCount} inodes contradict ${groupCount} groups of ${sb.inodesPerGroup}`,
  );
  const first = sb.firstMetaBlockGroup;
  check(first <= sb.descriptorBlocks, `first meta block group ${first} is beyond the descriptors`);
}

function flexSizeOf(sb: Superblock, features: Features): number {
  const log = sb.logGroupsPerFlex;
  return features.flexBg && log >= 1 && log <= 31 ? (1 << log) >>> 0 : 1;
}
