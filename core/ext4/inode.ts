import { crc32c, crc32cOfUint32, crc32cOfZeros } from './checksum/crc32c.ts';
import { DamagedImage } from './damaged.ts';
import type { GroupDescriptor } from './descriptor.ts';
import { checkBlocks, type Disk } from './disk.ts';
import { Fields } from './fields.ts';

/** A time of an inode: seconds since 1970 (34 bits with extra_isize) and nanoseconds. */
interface InodeTime {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** EXT4_*_FL: inode flags that the reader or the mirror asks for. */
export const inodeFlags = {
  sync: 0x8,
  immutable: 0x10,
  append: 0x20,
  encrypt: 0x800,
  index: 0x1000,
  journalData: 0x4000,
  topDirectory: 0x20000,
  hugeFile: 0x40000,
  extents: 0x80000,
  verity: 0x100000,
  eaInode: 0x200000,
  inlineData: 0x10000000,
  projectInherit: 0x20000000,
  casefold: 0x40000000,
} as const;

/** One inode as it stands in its table (fs/ext4/ext4.h: struct ext4_inode). */
export interface InodeRecord {
  readonly ino: number;
  readonly group: number;
  /** i_mode with the type bits. */
  readonly mode: number;
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  /** i_blocks in units of 512 bytes, huge_file resolved. */
  readonly blocks: number;
  readonly links: number;
  /** Sum of {@link inodeFlags} and others. */
  readonly flags: number;
  readonly usesExtents: boolean;
  readonly inlineData: boolean;
  readonly generation: number;
  readonly accessTime: InodeTime;
  readonly changeTime: InodeTime;
  readonly modificationTime: InodeTime;
  /** Null where the inode has no room for it. */
  readonly creationTime: InodeTime | null;
  /** i_dtime: deletion time, or the next inode on the orphan list. */
  readonly deletionTime: number;
  readonly extraIsizeBytes: number;
  readonly projectId: number;
  /** Block of the inode's outside extended attributes; 0 for none. */
  readonly fileAclBlock: number;
  /** i_block: the 60 bytes of extent root, block pointers, link target or inline data. */
  readonly block: Uint8Array;
  /** What follows the inode's fields up to its size: extended attributes in the inode, with their magic number first. */
  readonly attributeArea: Uint8Array;
  /** Block of the inode table that holds it. */
  readonly tableBlock: number;
}

const baseSizeBytes = 128;
const checksumLowAt = 0x7c;
const checksumHighAt = 0x82;
const linuxCreator = 0;

/** Seed of the checksums of an inode and of all blocks that belong to it: by number and generation. */
export function inodeChecksumSeed(disk: Disk, inode: { ino: number; generation: number }): number {
  return crc32cOfUint32(crc32cOfUint32(disk.superblock.checksumSeed, inode.ino), inode.generation);
}

/**
 * Reads inode `ino` from its group's table (fs/ext4/inode.c: __ext4_get_inode_loc, __ext4_iget). A wholly zero inode,
 * as in tables that mkfs wrote, has no checksum and is taken as it is. Throws RangeError for an impossible number.
 */
export function readInode(
  disk: Disk,
  descriptorOf: (group: number) => GroupDescriptor,
  ino: number,
): InodeRecord {
  const { inodesCount, inodesPerGroup, inodeSizeBytes, blockSizeBytes } = disk.geometry;
  if (!Number.isInteger(ino) || ino < 1 || ino > inodesCount)
    throw new RangeError(`inode ${ino} of ${inodesCount}`);
  const group = Math.floor((ino - 1) / inodesPerGroup);
  const place = (ino - 1) % inodesPerGroup;
  const perBlock = blockSizeBytes / inodeSizeBytes;
  const block = descriptorOf(group).inodeTable + Math.floor(place / perBlock);
  checkBlocks(disk, block, 1, nameOf(ino), null);
  const offset = block * blockSizeBytes + (place % perBlock) * inodeSizeBytes;
  const fields = new Fields(disk.source.read(offset, inodeSizeBytes));
  const extraIsizeBytes = extraIsizeOf(disk, fields, ino, block);
  verifyChecksum(disk, fields, ino, extraIsizeBytes, block);
  const inode = parse(disk, fields, { ino, group, tableBlock: block }, extraIsizeBytes);
  checkSense(disk, inode, block);
  return inode;
}

function nameOf(ino: number): string {
  return `inode ${ino}`;
}

function extraIsizeOf(disk: Disk, fields: Fields, ino: number, block: number): number {
  const { inodeSizeBytes } = disk.geometry;
  if (inodeSizeBytes === baseSizeBytes) return 0;
  const extra = fields.u16(0x80);
  if (extra % 4 !== 0 || baseSizeBytes + extra > inodeSizeBytes) {
    throw new DamagedImage(
      nameOf(ino),
      block,
      `extra size ${extra} is impossible in ${inodeSizeBytes} bytes`,
    );
  }
  return extra;
}

/** fs/ext4/inode.c: ext4_inode_csum. */
function verifyChecksum(disk: Disk, fields: Fields, ino: number, extra: number, block: number): void {
  if (!disk.geometry.features.metadataCsum || disk.superblock.creatorOs !== linuxCreator) return;
  const { bytes } = fields;
  if (bytes.every((byte) => byte === 0)) return;
  let crc = inodeChecksumSeed(disk, { ino, generation: fields.u32(0x64) });
  crc = crc32cOfZeros(crc32c(crc, bytes, 0, checksumLowAt), 2);
  crc = crc32c(crc, bytes, checksumLowAt + 2, baseSizeBytes);
  const hasHigh = baseSizeBytes + extra >= checksumHighAt + 2;
  if (bytes.length > baseSizeBytes) {
    crc = crc32c(crc, bytes, baseSizeBytes, checksumHighAt);
    if (hasHigh) crc = crc32cOfZeros(crc, 2);
    crc = crc32c(crc, bytes, checksumHighAt + (hasHigh ? 2 : 0));
  }
  const recorded = fields.u16(checksumLowAt) + (hasHigh ? fields.u16(checksumHighAt) * 2 ** 16 : 0);
  const calculated = hasHigh ? crc : crc & 0xffff;
  if (recorded === calculated) return;
  const what = `its checksum is 0x${calculated.toString(16)}, but 0x${recorded.toString(16)} is recorded`;
  throw new DamagedImage(nameOf(ino), block, what);
}

function parse(
  disk: Disk,
  fields: Fields,
  place: Pick<InodeRecord, 'ino' | 'group' | 'tableBlock'>,
  extra: number,
): InodeRecord {
  const { features, blockSizeBytes } = disk.geometry;
  const mode = fields.u16(0x0);
  const flags = fields.u32(0x20);
  const kind = kindOf(mode);
  const has = (end: number): boolean => baseSizeBytes + extra >= end;
  const time = (at: number, extraAt: number): InodeTime =>
    timeOf(fields, at, has(extraAt + 4) ? extraAt : null);
  const wideSize = features.largeDir || kind === 'file';
  return {
    ...place,
    mode,
    kind,
    uid: fields.u16(0x2) + fields.u16(0x78) * 2 ** 16,
    gid: fields.u16(0x18) + fields.u16(0x7a) * 2 ** 16,
    sizeBytes: wideSize ? fields.u64(0x4, 0x6c) : fields.u32(0x4),
    blocks: sectorsOf(fields, features.hugeFile, (flags & inodeFlags.hugeFile) !== 0, blockSizeBytes),
    links: fields.u16(0x1a),
    flags,
    usesExtents: (flags & inodeFlags.extents) !== 0,
    inlineData: (flags & inodeFlags.inlineData) !== 0,
    generation: fields.u32(0x64),
    accessTime: time(0x8, 0x8c),
    changeTime: time(0xc, 0x84),
    modificationTime: time(0x10, 0x88),
    creationTime: has(0x94) ? time(0x90, 0x94) : null,
    deletionTime: fields.u32(0x14),
    extraIsizeBytes: extra,
    projectId: features.project && has(0xa0) ? fields.u32(0x9c) : 0,
    fileAclBlock: fields.u32(0x68) + (features.bit64 ? fields.u16(0x76) * 2 ** 32 : 0),
    block: fields.slice(0x28, 60),
    attributeArea: extra === 0 ? new Uint8Array(0) : fields.bytes.slice(baseSizeBytes + extra),
  };
}

function kindOf(mode: number): InodeRecord['kind'] {
  const type = mode & 0xf000;
  return type === 0x8000 ? 'file' : type === 0x4000 ? 'directory' : type === 0xa000 ? 'link' : 'other';
}

/** fs/ext4/ext4.h: ext4_decode_extra_time. */
function timeOf(fields: Fields, at: number, extraAt: number | null): InodeTime {
  const seconds = fields.i32(at);
  if (extraAt === null) return { seconds, nanoseconds: 0 };
  const extra = fields.u32(extraAt);
  return { seconds: seconds + (extra & 3) * 2 ** 32, nanoseconds: extra >>> 2 };
}

/** fs/ext4/inode.c: ext4_inode_blocks. */
function sectorsOf(fields: Fields, hugeFiles: boolean, huge: boolean, blockSizeBytes: number): number {
  if (!hugeFiles) return fields.u32(0x1c);
  const count = fields.u16(0x74) * 2 ** 32 + fields.u32(0x1c);
  return huge ? count * (blockSizeBytes / 512) : count;
}

function checkSense(disk: Disk, inode: InodeRecord, block: number): void {
  const refuse = (what: string): never => {
    throw new DamagedImage(nameOf(inode.ino), block, what);
  };
  const { features, blockSizeBytes, inodeSizeBytes } = disk.geometry;
  if (inode.inlineData && inode.kind === 'file' && inode.sizeBytes > inodeSizeBytes)
    refuse(`size ${inode.sizeBytes} is more than an inode can hold inline`);
  if (inode.inlineData && inode.usesExtents) refuse('it has both inline data and extents');
  if (inode.sizeBytes > 2 ** 32 * blockSizeBytes)
    refuse(`size ${inode.sizeBytes} is beyond what a file can have`);
  if (!Number.isSafeInteger(inode.blocks)) refuse(`${inode.blocks} sectors are beyond what a file can have`);
  const indexed = (inode.flags & inodeFlags.index) !== 0;
  if (indexed && inode.kind === 'directory' && features.metadataCsum && !features.dirIndex) {
    refuse('a hashed directory on a filesystem without dir_index');
  }
  if (inode.fileAclBlock !== 0) checkBlocks(disk, inode.fileAclBlock, 1, nameOf(inode.ino), block);
}
