import { getBlocks, type Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { allocateBlocks } from './allocate-blocks.ts';
import { dropCachedRange, settleDiskSize } from './cached-range.ts';
import { demandUnwritten, grownSizeBytes } from './unwritten-range.ts';
import { zeroPartialBlocks } from './zero.ts';

/** ext4_zero_range() of fs/ext4/extents.c. Bytes. Throws Refused. */
export function zeroRange(
  fs: Filesystem,
  inode: Inode,
  offset: number,
  length: number,
  keepSize: boolean,
): void {
  demandUnwritten(inode);
  const size = fs.geometry.blockSizeBytes;
  const end = offset + length;
  const newSize = grownSizeBytes(inode, end, keepSize);
  const flags = getBlocks.createUnwritten;
  const aligned = offset % size === 0 && end % size === 0;
  if (!aligned) {
    const first = Math.floor(offset / size);
    allocateBlocks(fs, inode, first, Math.ceil(end / size) - first, newSize, flags);
  }
  settleDiskSize(fs, inode, offset, length);
  dropCachedRange(fs, inode, offset, end);
  const first = Math.ceil(offset / size);
  const last = Math.floor(end / size);
  if (last > first) {
    const { convertUnwritten, noCache } = getBlocks;
    allocateBlocks(fs, inode, first, last - first, newSize, flags + convertUnwritten + noCache);
  }
  if (aligned) return;
  zeroPartialBlocks(fs, inode, offset, length);
  if (newSize > 0) {
    inode.sizeBytes = Math.max(inode.sizeBytes, newSize);
    inode.diskSizeBytes = Math.max(inode.diskSizeBytes, newSize);
  }
  fs.journal.touch(inode, true);
}
