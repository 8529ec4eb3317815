import { crc16 } from './checksum/crc16.ts';
import { crc32c, crc32cOfUint32, crc32cOfZeros } from './checksum/crc32c.ts';
import { DamagedImage } from './damaged.ts';
import { type Disk, readBlock } from './disk.ts';
import { Fields } from './fields.ts';
import {
  clustersInGroup,
  descriptorBlock,
  firstBlockOfGroup,
  isInDescriptorTable,
  superblockBlock,
} from './group-layout.ts';

/** One group descriptor (fs/ext4/ext4.h: struct ext4_group_desc), 32 or 64 bytes on disk. */
export interface GroupDescriptor {
  readonly group: number;
  /** Block numbers of the group's bitmaps and of the first block of its inode table. */
  readonly blockBitmap: number;
  readonly inodeBitmap: number;
  readonly inodeTable: number;
  readonly freeClusters: number;
  readonly freeInodes: number;
  readonly usedDirectories: number;
  /** bg_itable_unused: inodes at the table's end that were never used. */
  readonly unusedInodes: number;
  /** The three flags count only with descriptor checksums (uninit_bg or metadata_csum), as in the kernel. */
  readonly blockUninit: boolean;
  readonly inodeUninit: boolean;
  readonly inodeZeroed: boolean;
  readonly checksum: number;
  readonly blockBitmapChecksum: number;
  readonly inodeBitmapChecksum: number;
}

const checksumAt = 0x1e;
const flagInodeUninit = 1;
const flagBlockUninit = 2;
const flagInodeZeroed = 4;
/** Descriptor blocks fetched by one read. */
const blocksPerRead = 64;

/** True when descriptors carry checksums, which is also what makes their flags count (ext4_has_group_desc_csum). */
function hasDescriptorChecksums(disk: Disk): boolean {
  return disk.geometry.features.uninitBg || disk.geometry.features.metadataCsum;
}

/** The group descriptors of one filesystem, read in large pieces when first asked for, checked each time they are parsed. */
export class DescriptorTable {
  readonly #disk: Disk;
  readonly #perBlock: number;
  readonly #blocks = new Map<number, Uint8Array>();

  constructor(disk: Disk) {
    this.#disk = disk;
    this.#perBlock = disk.geometry.blockSizeBytes / disk.geometry.descriptorSizeBytes;
  }

  /** Descriptor of `group`. Throws RangeError for a group that the filesystem does not have. */
  get(group: number): GroupDescriptor {
    const { groupCount, descriptorSizeBytes: size } = this.#disk.geometry;
    if (!Number.isInteger(group) || group < 0 || group >= groupCount) {
      throw new RangeError(`group ${group} of ${groupCount}`);
    }
    const index = Math.floor(group / this.#perBlock);
    const at = (group % this.#perBlock) * size;
    const bytes = this.#block(index).subarray(at, at + size);
    const holder = descriptorBlock(this.#disk, index);
    verifyChecksum(this.#disk, group, bytes, holder);
    const descriptor = parse(this.#disk, group, bytes);
    checkPlaces(this.#disk, descriptor, holder);
    checkCounts(this.#disk, descriptor, holder);
    return descriptor;
  }

  #block(index: number): Uint8Array {
    const known = this.#blocks.get(index);
    if (known !== undefined) return known;
    const disk = this.#disk;
    if (!isInDescriptorTable(disk, index)) {
      const bytes = readBlock(disk, descriptorBlock(disk, index), `group descriptor block ${index}`);
      this.#blocks.set(index, bytes);
      return bytes;
    }
    return this.#readRun(index);
  }

  #readRun(index: number): Uint8Array {
    const disk = this.#disk;
    const { blockSizeBytes, blocksCount, features } = disk.geometry;
    const { descriptorBlocks, firstMetaBlockGroup } = disk.superblock;
    const first = index - (index % blocksPerRead);
    const end = Math.min(first + blocksPerRead, features.metaBg ? firstMetaBlockGroup : descriptorBlocks);
    const start = descriptorBlock(disk, first);
    if (start + end - first > blocksCount) {
      throw new DamagedImage('group descriptors', start, `the filesystem has only ${blocksCount} blocks`);
    }
    const bytes = disk.source.read(start * blockSizeBytes, (end - first) * blockSizeBytes);
    for (let at = first; at < end; at++) {
      const offset = (at - first) * blockSizeBytes;
      this.#blocks.set(at, bytes.subarray(offset, offset + blockSizeBytes));
    }
    return this.#blocks.get(index) as Uint8Array;
  }
}

function nameOf(group: number): string {
  return `group descriptor ${group}`;
}

function parse(disk: Disk, group: number, bytes: Uint8Array): GroupDescriptor {
  const fields = new Fields(bytes);
  const wide = disk.geometry.descriptorSizeBytes >= 64;
  const block = (low: number, high: number): number => (wide ? fields.u64(low, high) : fields.u32(low));
  const count = (low: number, high: number): number =>
    fields.u16(low) + (wide ? fields.u16(high) * 2 ** 16 : 0);
  const flags = hasDescriptorChecksums(disk) ? fields.u16(0x12) : 0;
  return {
    group,
    blockBitmap: block(0x0, 0x20),
    inodeBitmap: block(0x4, 0x24),
    inodeTable: block(0x8, 0x28),
    freeClusters: count(0xc, 0x2c),
    freeInodes: count(0xe, 0x2e),
    usedDirectories: count(0x10, 0x30),
    unusedInodes: hasDescriptorChecksums(disk) ? count(0x1c, 0x32) : 0,
    blockUninit: (flags & flagBlockUninit) !== 0,
    inodeUninit: (flags & flagInodeUninit) !== 0,
    inodeZeroed: (flags & flagInodeZeroed) !== 0,
    checksum: fields.u16(checksumAt),
    blockBitmapChecksum: count(0x18, 0x38),
    inodeBitmapChecksum: count(0x1a, 0x3a),
  };
}

/** fs/ext4/super.c: ext4_group_desc_csum. */
function verifyChecksum(disk: Disk, group: number, bytes: Uint8Array, holder: number): void {
  if (!hasDescriptorChecksums(disk)) return;
  const recorded = new Fields(bytes).u16(checksumAt);
  const calculated = disk.geometry.features.metadataCsum
    ? checksum32(disk, group, bytes) & 0xffff
    : checksum16(disk, group, bytes);
  if (recorded === calculated) return;
  const what = `its checksum is 0x${calculated.toString(16)}, but 0x${recorded.toString(16)} is recorded`;
  throw new DamagedImage(nameOf(group), holder, what);
}

function checksum32(disk: Disk, group: number, bytes: Uint8Array): number {
  let crc = crc32cOfUint32(disk.superblock.checksumSeed, group);
  crc = crc32c(crc, bytes, 0, checksumAt);
  crc = crc32cOfZeros(crc, 2);
  return crc32c(crc, bytes, checksumAt + 2);
}

function checksum16(disk: Disk, group: number, bytes: Uint8Array): number {
  const groupBytes = new Uint8Array([group, group >>> 8, group >>> 16, group >>> 24]);
  let crc = crc16(0xffff, disk.superblock.uuid);
  crc = crc16(crc, groupBytes);
  crc = crc16(crc, bytes.subarray(0, checksumAt));
  return disk.geometry.features.bit64 ? crc16(crc, bytes.subarray(checksumAt + 2)) : crc;
}

/** The bitmaps and the inode table lie inside the filesystem, or without flex_bg inside the group (ext4_check_descriptors). */
function checkPlaces(disk: Disk, descriptor: GroupDescriptor, holder: number): void {
  const { features, blocksCount, blocksPerGroup, groupCount, firstDataBlock } = disk.geometry;
  const { group } = descriptor;
  const start = features.flexBg ? firstDataBlock : firstBlockOfGroup(disk, group);
  const last = features.flexBg || group === groupCount - 1 ? blocksCount - 1 : start + blocksPerGroup - 1;
  const table = disk.geometry.inodeTableBlocksPerGroup;
  const parts: [what: string, block: number, count: number][] = [
    ['block bitmap', descriptor.blockBitmap, 1],
    ['inode bitmap', descriptor.inodeBitmap, 1],
    ['inode table', descriptor.inodeTable, table],
  ];
  const tableEnd = superblockBlock(disk) + (features.metaBg ? 0 : disk.superblock.descriptorBlocks);
  for (const [what, block, count] of parts) {
    if (block >= start && block > tableEnd && block + count - 1 <= last) continue;
    const range = `${Math.max(start, tableEnd + 1)} to ${last}`;
    throw new DamagedImage(nameOf(group), holder, `its ${what} at block ${block} is outside ${range}`);
  }
}

function checkCounts(disk: Disk, descriptor: GroupDescriptor, holder: number): void {
  const { inodesPerGroup } = disk.geometry;
  const parts: [what: string, count: number, limit: number][] = [
    ['free clusters', descriptor.freeClusters, clustersInGroup(disk, descriptor.group)],
    ['free inodes', descriptor.freeInodes, inodesPerGroup],
    ['directories', descriptor.usedDirectories, inodesPerGroup],
    ['unused inodes', descriptor.unusedInodes, inodesPerGroup],
  ];
  for (const [what, count, limit] of parts) {
    if (count <= limit) continue;
    throw new DamagedImage(nameOf(descriptor.group), holder, `${count} ${what} of at most ${limit}`);
  }
}
