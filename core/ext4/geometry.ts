/** The constants of one filesystem, taken from its superblock once (fs/ext4/ext4.h: struct ext4_super_block, ext4_sb_info). */
export interface Geometry {
  readonly blockSizeBytes: number;
  readonly blockSizeBits: number;
  /** Blocks in one cluster: 1 without bigalloc. */
  readonly clusterRatio: number;
  readonly clusterBits: number;
  readonly blocksCount: number;
  readonly firstDataBlock: number;
  readonly blocksPerGroup: number;
  readonly clustersPerGroup: number;
  readonly groupCount: number;
  readonly inodesCount: number;
  readonly inodesPerGroup: number;
  readonly firstInode: number;
  readonly inodeSizeBytes: number;
  readonly inodeTableBlocksPerGroup: number;
  readonly descriptorSizeBytes: number;
  /** Groups in one flexible group: 1 without flex_bg. */
  readonly flexSize: number;
  readonly reservedBlocksCount: number;
  readonly features: Features;
}

/** Feature flags that change where blocks go or how bytes are read. */
export interface Features {
  readonly hasJournal: boolean;
  readonly extents: boolean;
  readonly bit64: boolean;
  readonly flexBg: boolean;
  readonly bigalloc: boolean;
  readonly metaBg: boolean;
  readonly uninitBg: boolean;
  readonly metadataCsum: boolean;
  readonly metadataCsumSeed: boolean;
  readonly dirIndex: boolean;
  readonly dirNlink: boolean;
  readonly largeDir: boolean;
  readonly filetype: boolean;
  readonly hugeFile: boolean;
  readonly largeFile: boolean;
  readonly extraIsize: boolean;
  readonly sparseSuper: boolean;
  readonly sparseSuper2: boolean;
  readonly resizeInode: boolean;
  readonly inlineData: boolean;
  readonly eaInode: boolean;
  readonly encrypt: boolean;
  readonly verity: boolean;
  readonly casefold: boolean;
  readonly quota: boolean;
  readonly project: boolean;
  readonly mmp: boolean;
  readonly needsRecovery: boolean;
  readonly orphanFile: boolean;
  readonly fastCommit: boolean;
}
