/** What the superblock says, in units of its own (fs/ext4/ext4.h: struct ext4_super_block). */
export interface Superblock {
  readonly inodesCount: number;
  readonly freeInodesCount: number;
  readonly blocksCount: number;
  readonly reservedBlocksCount: number;
  /** Free blocks (not clusters) as the superblock last recorded them; the descriptors are the truth. */
  readonly freeBlocksCount: number;
  readonly firstDataBlock: number;
  readonly blockSizeBytes: number;
  readonly clusterSizeBytes: number;
  readonly blocksPerGroup: number;
  readonly clustersPerGroup: number;
  readonly inodesPerGroup: number;
  /** Seconds since 1970, 40 bits, like every time of the superblock. */
  readonly mountTime: number;
  readonly writeTime: number;
  readonly mkfsTime: number;
  readonly lastCheckTime: number;
  readonly mountCount: number;
  readonly maxMountCount: number;
  /** s_state: 1 cleanly unmounted, 2 errors found, 4 orphans are being recovered. */
  readonly state: number;
  /** s_errors: 1 continue, 2 remount read-only, 3 panic. */
  readonly errorsBehaviour: number;
  readonly revision: number;
  readonly minorRevision: number;
  readonly creatorOs: number;
  readonly reservedUid: number;
  readonly reservedGid: number;
  readonly firstInode: number;
  readonly inodeSizeBytes: number;
  readonly featureCompat: number;
  readonly featureIncompat: number;
  readonly featureRoCompat: number;
  readonly uuid: Uint8Array;
  readonly volumeName: string;
  readonly lastMounted: string;
  readonly reservedGdtBlocks: number;
  readonly journalUuid: Uint8Array;
  readonly journalInode: number;
  readonly journalDevice: number;
  /** Head of the list of inodes to delete or truncate at the next mount; 0 when it is empty. */
  readonly lastOrphan: number;
  readonly hashSeed: readonly [number, number, number, number];
  /** s_def_hash_version: 0 legacy, 1 half MD4, 2 TEA, and 3 to 5 the same over unsigned characters, 6 SipHash. */
  readonly defaultHashVersion: number;
  readonly descriptorSizeBytes: number;
  readonly defaultMountOptions: number;
  readonly firstMetaBlockGroup: number;
  readonly minExtraIsize: number;
  readonly wantExtraIsize: number;
  /** s_flags as a word; the two hash flags are also given by name. */
  readonly flags: number;
  readonly signedHash: boolean;
  readonly unsignedHash: boolean;
  readonly raidStrideBlocks: number;
  readonly raidStripeWidthBlocks: number;
  readonly mmpBlock: number;
  readonly mmpUpdateIntervalSeconds: number;
  readonly logGroupsPerFlex: number;
  readonly checksumType: number;
  readonly kibibytesWritten: number;
  readonly errorCount: number;
  /** Mount options kept in the superblock (tune2fs -E mount_opts=). */
  readonly mountOptions: string;
  readonly userQuotaInode: number;
  readonly groupQuotaInode: number;
  readonly projectQuotaInode: number;
  readonly overheadClusters: number;
  readonly backupGroups: readonly [number, number];
  readonly lostAndFoundInode: number;
  /** The seed of all metadata checksums: s_checksum_seed under metadata_csum_seed, else crc32c of the UUID. */
  readonly checksumSeed: number;
  readonly encoding: number;
  readonly encodingFlags: number;
  readonly orphanFileInode: number;
  /** Blocks of group descriptors (s_gdb_count). */
  readonly descriptorBlocks: number;
}
