import type { Features, Geometry } from '../../core/ext4/geometry.ts';
import type { Machine, MountOptions } from '../../core/vfs/filesystem.ts';

/** What mkfs.ext4 turns on by itself, less flex_bg. */
export const sampleFeatures: Features = {
  hasJournal: true,
  extents: true,
  bit64: true,
  flexBg: false,
  bigalloc: false,
  metaBg: false,
  uninitBg: false,
  metadataCsum: true,
  metadataCsumSeed: false,
  dirIndex: true,
  dirNlink: true,
  largeDir: false,
  filetype: true,
  hugeFile: true,
  largeFile: true,
  extraIsize: true,
  sparseSuper: true,
  sparseSuper2: false,
  resizeInode: true,
  inlineData: false,
  eaInode: false,
  encrypt: false,
  verity: false,
  casefold: false,
  quota: false,
  project: false,
  mmp: false,
  needsRecovery: false,
  orphanFile: false,
  fastCommit: false,
};

/** The geometry of a made-up filesystem: four groups of 4 KiB blocks, or whatever `change` makes of it. */
export function sampleGeometry(change: Partial<Geometry> = {}): Geometry {
  const blockSizeBits = change.blockSizeBits ?? 12;
  const clusterBits = change.clusterBits ?? 0;
  const clustersPerGroup = change.clustersPerGroup ?? 8 * 2 ** blockSizeBits;
  const groupCount = change.groupCount ?? 4;
  const blocksPerGroup = clustersPerGroup * 2 ** clusterBits;
  const firstDataBlock = change.firstDataBlock ?? 0;
  return {
    blockSizeBytes: 2 ** blockSizeBits,
    blockSizeBits,
    clusterRatio: 2 ** clusterBits,
    clusterBits,
    blocksCount: groupCount * blocksPerGroup + firstDataBlock,
    firstDataBlock,
    blocksPerGroup,
    clustersPerGroup,
    groupCount,
    inodesCount: groupCount * 8192,
    inodesPerGroup: 8192,
    firstInode: 11,
    inodeSizeBytes: 256,
    inodeTableBlocksPerGroup: 512,
    descriptorSizeBytes: 64,
    flexSize: 1,
    reservedBlocksCount: 0,
    features: sampleFeatures,
    ...change,
  };
}

/** A mount without options. */
export function sampleOptions(change: Partial<MountOptions> = {}): MountOptions {
  return {
    delayedAllocation: true,
    dataMode: 'ordered',
    dioreadNolock: true,
    stripeBlocks: 0,
    optimizeScan: 'auto',
    noAutoDelayedAllocation: false,
    ...change,
  };
}

/** Two CPUs, a rotating disk. */
export function sampleMachine(change: Partial<Machine> = {}): Machine {
  return { possibleCpus: 2, rotational: true, threadId: 0, pageSizeBytes: 4096, ...change };
}
