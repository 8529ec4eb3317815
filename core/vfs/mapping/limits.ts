import type { Geometry } from '../../ext4/geometry.ts';
import { directCount, pointersPerBlock } from './indirect/block-map.ts';

/** MAX_LFS_FILESIZE of a 64-bit kernel, as far as a number here is exact. */
const maxOffset = Number.MAX_SAFE_INTEGER;
/** Sectors that i_blocks can count without and with huge_file. */
const maxSectors = 2 ** 32 - 1;
const maxHugeBlocks = 2 ** 48 - 1;

/** The largest size of a file with extents (fs/ext4/super.c: ext4_max_size()). */
export function maxExtentFileBytes(geometry: Geometry): number {
  const { blockSizeBytes } = geometry;
  const byBlocks = (2 ** 32 - 1) * blockSizeBytes;
  if (geometry.features.hugeFile) return Math.min(byBlocks, maxOffset);
  return Math.min(byBlocks, blocksInSectors(geometry) * blockSizeBytes);
}

/** The largest size of a file without extents (fs/ext4/super.c: ext4_max_bitmap_size()). */
export function maxIndirectFileBytes(geometry: Geometry): number {
  return Math.min(maxIndirectBlocks(geometry) * geometry.blockSizeBytes, maxOffset);
}

/** {@link maxIndirectFileBytes} in blocks. */
export function maxIndirectBlocks(geometry: Geometry): number {
  const pointers = pointersPerBlock(geometry);
  const countable = geometry.features.hugeFile ? maxHugeBlocks : blocksInSectors(geometry);
  const addressable = directCount + pointers + pointers ** 2 + pointers ** 3;
  const nodes = 1 + (1 + pointers) + (1 + pointers + pointers ** 2);
  if (addressable + nodes <= countable) return addressable;

  const behindSingle = countable - directCount - pointers;
  if (behindSingle < pointers ** 2) return countable - (1 + 1 + Math.ceil(behindSingle / pointers));
  const behindDouble = behindSingle - pointers ** 2;
  const tripleNodes = 1 + Math.ceil(behindDouble / pointers) + Math.ceil(behindDouble / pointers ** 2);
  return countable - (1 + 1 + pointers + tripleNodes);
}

function blocksInSectors(geometry: Geometry): number {
  return Math.floor(maxSectors / (geometry.blockSizeBytes / 512));
}

/** EXT_MAX_BLOCKS: one past the last logical block a file can have, and "none" as an answer. */
export const maxBlocks = 0xffffffff;
/** EXT_INIT_MAX_LEN: blocks in a written extent. */
export const maxWrittenLength = 32768;
/** EXT_UNWRITTEN_MAX_LEN: blocks in an unwritten extent. */
export const maxUnwrittenLength = 32767;
