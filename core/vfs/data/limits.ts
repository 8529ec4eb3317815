import { Refused } from '../../errno.ts';
import { inodeFlags } from '../../ext4/index.ts';
import type { Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { hasFlag } from './modes.ts';

/** MAX_RW_COUNT: one call moves at most this many bytes. */
const callBytesMost = 2 ** 31 - 4096;

/** EXT4_MAX_LOGICAL_BLOCK */
export const logicalBlockMost = 2 ** 32 - 2;

/** ext4_max_size() of fs/ext4/super.c: s_maxbytes. */
export function superblockMaxBytes(fs: Filesystem): number {
  const { blockSizeBytes, features } = fs.geometry;
  const byBlockNumber = (2 ** 32 - 1) * blockSizeBytes;
  if (features.hugeFile) return Math.min(byBlockNumber, Number.MAX_SAFE_INTEGER);
  const bySectors = Math.floor((2 ** 32 - 1) / (blockSizeBytes / 512)) * blockSizeBytes;
  return Math.min(byBlockNumber, bySectors);
}

/**
 * ext4_generic_write_checks(): how many of the bytes at `offset` may be written. Throws Refused with EPERM, or with
 * EFBIG where not one may.
 */
export function writableBytes(fs: Filesystem, inode: Inode, offset: number, length: number): number {
  if (hasFlag(inode, inodeFlags.immutable)) throw new Refused('EPERM', 'the file is immutable');
  const limit = Math.min(superblockMaxBytes(fs), fs.mapping.maxSizeBytes(inode));
  if (offset >= limit) throw new Refused('EFBIG', 'the write begins beyond the largest file');
  return Math.min(length, limit - offset);
}

/** import_iovec(): how much of a request one call takes on. */
export function callBytes(length: number): number {
  return Math.min(length, callBytesMost);
}
