import { crc32c } from './checksum/crc32c.ts';
import { DamagedImage } from './damaged.ts';
import type { GroupDescriptor } from './descriptor.ts';
import { checkBlocks, type Disk, readBlock } from './disk.ts';
import { baseMetaBlocks, clustersInGroup, firstBlockOfGroup } from './group-layout.ts';

/** A group's block bitmap, read or, where it was never written, computed (fs/ext4/balloc.c: ext4_read_block_bitmap). */
export function readBlockBitmap(disk: Disk, descriptor: GroupDescriptor): Uint8Array {
  const { group } = descriptor;
  const structure = `block bitmap of group ${group}`;
  const bytes = disk.geometry.clustersPerGroup / 8;
  if (descriptor.blockUninit) {
    if (group === 0)
      throw new DamagedImage(structure, descriptor.blockBitmap, 'group 0 cannot be uninitialised');
    return computeBlockBitmap(disk, descriptor).slice(0, bytes);
  }
  checkBlocks(disk, descriptor.blockBitmap, 1, structure, null);
  const block = readBlock(disk, descriptor.blockBitmap, structure);
  verifyBitmap(disk, block, bytes, descriptor.blockBitmapChecksum, structure, descriptor.blockBitmap);
  checkOwnBits(disk, descriptor, block, structure);
  checkPadding(block, clustersInGroup(disk, group), structure, descriptor.blockBitmap);
  return block.slice(0, bytes);
}

/** A group's inode bitmap (fs/ext4/ialloc.c: ext4_read_inode_bitmap). */
export function readInodeBitmap(disk: Disk, descriptor: GroupDescriptor): Uint8Array {
  const { group } = descriptor;
  const structure = `inode bitmap of group ${group}`;
  const { inodesPerGroup } = disk.geometry;
  if (descriptor.inodeUninit) {
    if (group === 0)
      throw new DamagedImage(structure, descriptor.inodeBitmap, 'group 0 cannot be uninitialised');
    return withPadding(new Uint8Array(Math.ceil(inodesPerGroup / 8)), inodesPerGroup);
  }
  checkBlocks(disk, descriptor.inodeBitmap, 1, structure, null);
  const block = readBlock(disk, descriptor.inodeBitmap, structure);
  const checked = Math.floor(inodesPerGroup / 8);
  verifyBitmap(disk, block, checked, descriptor.inodeBitmapChecksum, structure, descriptor.inodeBitmap);
  return withPadding(block.slice(0, Math.ceil(inodesPerGroup / 8)), inodesPerGroup);
}

/** fs/ext4/bitmap.c: descriptors of 32 bytes keep only the low half of the checksum. */
function verifyBitmap(
  disk: Disk,
  block: Uint8Array,
  lengthBytes: number,
  recorded: number,
  structure: string,
  holder: number,
): void {
  if (!disk.geometry.features.metadataCsum) return;
  const whole = crc32c(disk.superblock.checksumSeed, block, 0, lengthBytes);
  const calculated = disk.geometry.descriptorSizeBytes >= 64 ? whole : whole & 0xffff;
  if (calculated === recorded) return;
  const what = `its checksum is 0x${calculated.toString(16)}, but 0x${recorded.toString(16)} is recorded`;
  throw new DamagedImage(structure, holder, what);
}

/** fs/ext4/balloc.c: ext4_init_block_bitmap. One block's worth of bits, those after the group's end set. */
function computeBlockBitmap(disk: Disk, descriptor: GroupDescriptor): Uint8Array {
  const { group } = descriptor;
  const { blockSizeBytes, clusterRatio, blocksPerGroup, inodeTableBlocksPerGroup } = disk.geometry;
  const bits = new Uint8Array(blockSizeBytes);
  const start = firstBlockOfGroup(disk, group);
  const baseClusters = Math.ceil(baseMetaBlocks(disk, group) / clusterRatio);
  if (baseClusters >= clustersInGroup(disk, group)) {
    throw new DamagedImage(`group ${group}`, null, 'superblock and descriptors leave no room in it');
  }
  setBits(bits, 0, baseClusters);
  const setBlocks = (from: number, count: number): void => {
    const first = Math.max(from, start) - start;
    const end = Math.min(from + count, start + blocksPerGroup) - start;
    if (first < end)
      setBits(bits, Math.floor(first / clusterRatio), Math.floor((end - 1) / clusterRatio) + 1);
  };
  setBlocks(descriptor.blockBitmap, 1);
  setBlocks(descriptor.inodeBitmap, 1);
  setBlocks(descriptor.inodeTable, inodeTableBlocksPerGroup);
  return withPadding(bits, clustersInGroup(disk, group));
}

function setBits(bits: Uint8Array, from: number, to: number): void {
  for (let bit = from; bit < to; bit++) bits[bit >> 3] = (bits[bit >> 3] as number) | (1 << (bit & 7));
}

/** Sets every bit from `from` on (fs/ext4/ialloc.c: ext4_mark_bitmap_end). */
function withPadding(bits: Uint8Array, from: number): Uint8Array {
  const wholeByte = Math.ceil(from / 8);
  setBits(bits, from, Math.min(wholeByte * 8, bits.length * 8));
  bits.fill(0xff, wholeByte);
  return bits;
}

function isSet(bits: Uint8Array, bit: number): boolean {
  return ((bits[bit >> 3] as number) & (1 << (bit & 7))) !== 0;
}

/** Without flex_bg the group's own bitmaps and inode table are in it and in use (fs/ext4/balloc.c: ext4_valid_block_bitmap). */
function checkOwnBits(disk: Disk, descriptor: GroupDescriptor, bits: Uint8Array, structure: string): void {
  const { features, clusterRatio, inodeTableBlocksPerGroup } = disk.geometry;
  if (features.flexBg) return;
  const start = firstBlockOfGroup(disk, descriptor.group);
  const check = (block: number, count: number, what: string): void => {
    const end = Math.floor((block + count - 1 - start) / clusterRatio);
    for (let bit = Math.floor((block - start) / clusterRatio); bit <= end; bit++) {
      if (isSet(bits, bit)) continue;
      throw new DamagedImage(
        structure,
        descriptor.blockBitmap,
        `the ${what} at block ${block} is not marked as used`,
      );
    }
  };
  check(descriptor.blockBitmap, 1, 'block bitmap');
  check(descriptor.inodeBitmap, 1, 'inode bitmap');
  check(descriptor.inodeTable, inodeTableBlocksPerGroup, 'inode table');
}

/** fs/ext4/balloc.c: ext4_valid_block_bitmap_padding. */
function checkPadding(bits: Uint8Array, from: number, structure: string, holder: number): void {
  for (let bit = from; bit < bits.length * 8; bit++) {
    if ((bit & 7) === 0 && bits[bit >> 3] === 0xff) {
      bit += 7;
      continue;
    }
    if (!isSet(bits, bit))
      throw new DamagedImage(structure, holder, `bit ${bit} past the group's end is not set`);
  }
}
