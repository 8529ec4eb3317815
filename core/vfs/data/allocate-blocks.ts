import { Refused } from '../../errno.ts';
import { getBlocks, type Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { zeroEnd, zeroPartialBlocks } from './zero.ts';

/** EXT_UNWRITTEN_MAX_LEN: an unwritten extent has at most this many blocks. */
const unwrittenBlocksMost = 2 ** 15 - 1;

/**
 * ext4_alloc_file_blocks() of fs/ext4/extents.c: allocates [first, first + length), extent by extent. The size grows
 * with it up to `newSize` (0: it stays). What was allocated before an error stays. Throws Refused.
 */
export function allocateBlocks(
  fs: Filesystem,
  inode: Inode,
  first: number,
  length: number,
  newSize: number,
  flags: number,
): void {
  const wanted = length <= unwrittenBlocksMost ? flags + getBlocks.noNormalize : flags;
  const oldSize = inode.sizeBytes;
  const end = first + length;
  if (newSize > oldSize) zeroEnd(fs, inode, oldSize, Infinity);
  let retries = 0;
  for (let at = first; at < end;) {
    try {
      at += fs.mapping.map(inode, at, end - at, wanted).length;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      fs.journal.touch(inode, false);
      if (error.errno !== 'ENOSPC' || !fs.journal.shouldRetryAllocation(retries++)) throw error;
      continue;
    }
    retries = 0;
    fs.journal.touch(inode, true);
    if (newSize > 0) growTo(fs, inode, Math.min(at * fs.geometry.blockSizeBytes, newSize), oldSize);
  }
}

function growTo(fs: Filesystem, inode: Inode, size: number, oldSize: number): void {
  inode.sizeBytes = Math.max(inode.sizeBytes, size);
  inode.diskSizeBytes = Math.max(inode.diskSizeBytes, size);
  const zeroes = fs.behaviour.endZeroing === 'after' && size > oldSize;
  if (zeroes) zeroPartialBlocks(fs, inode, oldSize, size - oldSize);
}
