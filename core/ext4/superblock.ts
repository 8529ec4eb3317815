import { crc32c } from './checksum/crc32c.ts';
import { DamagedImage } from './damaged.ts';
import { refuseUnknownFeatures } from './features.ts';
import { Fields } from './fields.ts';
import type { ByteSource } from './source.ts';
import { decodeField } from './utf8.ts';

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

const superblockOffsetBytes = 1024;
const superblockSizeBytes = 1024;

const magicNumber = 0xef53;
const checksumAt = 0x3fc;
const logBlockSizeMax = 6;
const logClusterSizeMax = 20;
const crc32cChecksumType = 1;
const featureMetadataCsum = 0x400;
const featureChecksumSeed = 0x2000;
const feature64bit = 0x80;

/**
 * Reads and checks the primary superblock (fs/ext4/super.c: ext4_load_super, ext4_init_metadata_csum,
 * ext4_inode_info_init). Throws DamagedImage, and NotModelled for features that nobody here knows.
 */
export function readSuperblock(source: ByteSource): Superblock {
  if (source.sizeBytes < superblockOffsetBytes + superblockSizeBytes) {
    throw damaged(`${source.sizeBytes} bytes are too few to hold an ext4 filesystem`);
  }
  const fields = new Fields(source.read(superblockOffsetBytes, superblockSizeBytes));
  checkIdentity(fields);
  return parse(fields);
}

function damaged(what: string): DamagedImage {
  return new DamagedImage('superblock', null, what);
}

function checkIdentity(fields: Fields): void {
  const magic = fields.u16(0x38);
  if (magic !== magicNumber)
    throw damaged(`no ext4 filesystem: its magic number is 0x${hex(magic)}, not 0xef53`);
  if (fields.u32(0x18) > logBlockSizeMax)
    throw damaged(`block size 1024 << ${fields.u32(0x18)} is impossible`);
  if (fields.u32(0x1c) > logClusterSizeMax)
    throw damaged(`cluster size 1024 << ${fields.u32(0x1c)} is impossible`);
  const words = { compat: fields.u32(0x5c), incompat: fields.u32(0x60), roCompat: fields.u32(0x64) };
  if (words.roCompat & featureMetadataCsum) {
    if (fields.u8(0x175) !== crc32cChecksumType)
      throw damaged(`checksum type ${fields.u8(0x175)} is unknown`);
    const calculated = crc32c(0xffffffff, fields.bytes, 0, checksumAt);
    const recorded = fields.u32(checksumAt);
    if (recorded !== calculated) {
      throw damaged(`its checksum is 0x${hex(calculated)}, but 0x${hex(recorded)} is recorded`);
    }
  }
  refuseUnknownFeatures(words);
}

function parse(fields: Fields): Superblock {
  const dynamic = fields.u32(0x4c) > 0;
  const roCompat = fields.u32(0x64);
  const incompat = fields.u32(0x60);
  const wide = (incompat & feature64bit) !== 0;
  const count64 = (low: number, high: number): number => (wide ? fields.u64(low, high) : fields.u32(low));
  const time = (low: number, high: number): number => fields.u8(high) * 2 ** 32 + fields.u32(low);
  const blocksCount = count64(0x4, 0x150);
  const blocksPerGroup = fields.u32(0x20);
  const firstDataBlock = fields.u32(0x14);
  const blockSizeBytes = 1024 << fields.u32(0x18);
  const descriptorSizeBytes = wide ? fields.u16(0xfe) : 32;
  const uuid = fields.slice(0x68, 16);
  const flags = fields.u32(0x160);
  const groups = blocksPerGroup === 0 ? 0 : Math.ceil((blocksCount - firstDataBlock) / blocksPerGroup);
  const usesSeed = (incompat & featureChecksumSeed) !== 0;
  return {
    inodesCount: fields.u32(0x0),
    freeInodesCount: fields.u32(0x10),
    blocksCount,
    reservedBlocksCount: count64(0x8, 0x154),
    freeBlocksCount: count64(0xc, 0x158),
    firstDataBlock,
    blockSizeBytes,
    clusterSizeBytes: 1024 << fields.u32(0x1c),
    blocksPerGroup,
    clustersPerGroup: fields.u32(0x24),
    inodesPerGroup: fields.u32(0x28),
    mountTime: time(0x2c, 0x275),
    writeTime: time(0x30, 0x274),
    mkfsTime: time(0x108, 0x276),
    lastCheckTime: time(0x40, 0x277),
    mountCount: fields.u16(0x34),
    maxMountCount: fields.u16(0x36),
    state: fields.u16(0x3a),
    errorsBehaviour: fields.u16(0x3c),
    revision: fields.u32(0x4c),
    minorRevision: fields.u16(0x3e),
    creatorOs: fields.u32(0x48),
    reservedUid: fields.u16(0x50) + fields.u16(0x284) * 2 ** 16,
    reservedGid: fields.u16(0x52) + fields.u16(0x286) * 2 ** 16,
    firstInode: dynamic ? fields.u32(0x54) : 11,
    inodeSizeBytes: dynamic ? fields.u16(0x58) : 128,
    featureCompat: fields.u32(0x5c),
    featureIncompat: incompat,
    featureRoCompat: roCompat,
    uuid,
    volumeName: decodeField(fields.slice(0x78, 16)),
    lastMounted: decodeField(fields.slice(0x88, 64)),
    reservedGdtBlocks: fields.u16(0xce),
    journalUuid: fields.slice(0xd0, 16),
    journalInode: fields.u32(0xe0),
    journalDevice: fields.u32(0xe4),
    lastOrphan: fields.u32(0xe8),
    hashSeed: [fields.u32(0xec), fields.u32(0xf0), fields.u32(0xf4), fields.u32(0xf8)],
    defaultHashVersion: fields.u8(0xfc),
    descriptorSizeBytes,
    defaultMountOptions: fields.u32(0x100),
    firstMetaBlockGroup: fields.u32(0x104),
    minExtraIsize: fields.u16(0x15c),
    wantExtraIsize: fields.u16(0x15e),
    flags,
    signedHash: (flags & 1) !== 0,
    unsignedHash: (flags & 2) !== 0,
    raidStrideBlocks: fields.u16(0x164),
    raidStripeWidthBlocks: fields.u32(0x170),
    mmpBlock: fields.u64(0x168, 0x16c),
    mmpUpdateIntervalSeconds: fields.u16(0x166),
    logGroupsPerFlex: fields.u8(0x174),
    checksumType: fields.u8(0x175),
    kibibytesWritten: fields.u64(0x178, 0x17c),
    errorCount: fields.u32(0x194),
    mountOptions: decodeField(fields.slice(0x200, 64)),
    userQuotaInode: fields.u32(0x240),
    groupQuotaInode: fields.u32(0x244),
    projectQuotaInode: fields.u32(0x26c),
    overheadClusters: fields.u32(0x248),
    backupGroups: [fields.u32(0x24c), fields.u32(0x250)],
    lostAndFoundInode: fields.u32(0x268),
    checksumSeed: usesSeed ? fields.u32(0x270) : crc32c(0xffffffff, uuid),
    encoding: fields.u16(0x27c),
    encodingFlags: fields.u16(0x27e),
    orphanFileInode: fields.u32(0x280),
    descriptorBlocks:
      descriptorSizeBytes === 0 ? 0 : Math.ceil(groups / Math.floor(blockSizeBytes / descriptorSizeBytes)),
  };
}

function hex(value: number): string {
  return value.toString(16);
}
