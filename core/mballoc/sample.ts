import type { Geometry } from '../ext4/geometry.ts';
import type { Machine, MountOptions } from '../vfs/filesystem.ts';
import type { GroupSource } from './group-source.ts';
import type { AllocationOwner, AllocationRequest } from './request.ts';

/** Made-up filesystems for tests: geometry, mount options, machine, free groups, owners and requests. */
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
    stripeBlocks: 0,
    strideBlocks: 0,
    features: { ...noFeatures, hasJournal: true, extents: true },
    ...change,
  };
}

const noFeatures = {
  hasJournal: false,
  extents: false,
  bit64: false,
  flexBg: false,
  bigalloc: false,
  metaBg: false,
  uninitBg: false,
  metadataCsum: false,
  metadataCsumSeed: false,
  dirIndex: false,
  dirNlink: false,
  largeDir: false,
  filetype: false,
  hugeFile: false,
  largeFile: false,
  extraIsize: false,
  sparseSuper: false,
  sparseSuper2: false,
  resizeInode: false,
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

export function sampleOptions(change: Partial<MountOptions> = {}): MountOptions {
  return {
    delayedAllocation: true,
    dataMode: 'ordered',
    dioreadNolock: true,
    stripeBlocks: 0,
    optimizeScan: 'auto',
    prefetchBlockBitmaps: false,
    discard: false,
    oldAllocator: false,
    reservedUid: true,
    inodeReadahead: 32,
    minixDf: false,
    noAutoDelayedAllocation: false,
    ...change,
  };
}

export function sampleMachine(change: Partial<Machine> = {}): Machine {
  return { possibleCpus: 2, rotational: true, threadId: 0, pageSizeBytes: 4096, ...change };
}

/** Groups in which the clusters of `used` are taken: pairs of first cluster and count, by group. */
export function sampleGroups(
  geometry: Geometry,
  used: Readonly<Record<number, readonly (readonly [number, number])[]>> = {},
): GroupSource {
  const taken = (group: number) => used[group] ?? [];
  return {
    freeClusters: (group) =>
      geometry.clustersPerGroup - taken(group).reduce((sum, [, count]) => sum + count, 0),
    isBlockUninit: () => false,
    freeClustersAfterInit: () => geometry.clustersPerGroup,
    blockBitmap: (group) => {
      const bitmap = new Uint8Array(geometry.clustersPerGroup / 8);
      for (const [first, count] of taken(group)) {
        for (let bit = first; bit < first + count; bit++) bitmap[bit >>> 3] |= 1 << (bit & 7);
      }
      return bitmap;
    },
  };
}

/** A file, or whatever `change` makes of it. */
export function sampleOwner(change: Partial<AllocationOwner> = {}): AllocationOwner {
  return {
    ino: 12,
    isRegular: true,
    usesExtents: true,
    sizeBytes: 0,
    openWriters: 1,
    preallocations: null,
    ...change,
  };
}

/** A request of `owner` without neighbours. */
export function sampleRequest(
  owner: AllocationOwner,
  change: Partial<Omit<AllocationRequest, 'owner'>> = {},
): AllocationRequest {
  return {
    owner,
    logical: 0,
    length: 1,
    goal: 0,
    leftLogical: 0,
    leftPhysical: 0,
    rightLogical: 0,
    rightPhysical: 0,
    flags: 0x20,
    ...change,
  };
}
