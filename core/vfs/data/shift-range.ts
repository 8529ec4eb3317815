import { Refused } from '../../errno.ts';
import type { Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { superblockMaxBytes } from './limits.ts';
import { truncatePages } from './truncate-pages.ts';
import { writeAndWait } from './write-pages.ts';

/** EXT_MAX_BLOCKS */
const endOfFile = 2 ** 32 - 1;

/** What collapse and insert ask first: extents, and whole clusters. */
function checkShift(fs: Filesystem, inode: Inode, offset: number, length: number): void {
  if (!inode.usesExtents) throw new Refused('EOPNOTSUPP', 'only files with extents can be shifted');
  const cluster = fs.geometry.blockSizeBytes * fs.geometry.clusterRatio;
  if (offset % cluster !== 0 || length % cluster !== 0) throw new Refused('EINVAL', 'not whole clusters');
}

/** ext4_collapse_range() of fs/ext4/extents.c. Bytes. Throws Refused. */
export function collapseRange(fs: Filesystem, inode: Inode, offset: number, length: number): void {
  checkShift(fs, inode, offset, length);
  const end = offset + length;
  if (end >= inode.sizeBytes)
    throw new Refused('EINVAL', 'collapse-range must end before the end of the file');
  const size = fs.geometry.blockSizeBytes;
  const start = offset - (offset % fs.machine.pageSizeBytes);
  writeAndWait(fs, inode, start, offset);
  writeAndWait(fs, inode, end);
  truncatePages(fs, inode, start);
  const first = offset / size;
  fs.allocator.discardPreallocations(inode);
  fs.mapping.forgetDelayed(inode, first, endOfFile - first);
  fs.mapping.removeRange(inode, first, end / size);
  fs.allocator.discardPreallocations(inode);
  fs.mapping.shift(inode, end / size, length / size, 'left');
  inode.sizeBytes -= length;
  inode.diskSizeBytes = inode.sizeBytes;
  fs.journal.touch(inode, true);
}

/** ext4_insert_range() of fs/ext4/extents.c. Bytes. Throws Refused. */
export function insertRange(fs: Filesystem, inode: Inode, offset: number, length: number): void {
  checkShift(fs, inode, offset, length);
  if (offset >= inode.sizeBytes)
    throw new Refused('EINVAL', 'insert-range must begin before the end of the file');
  if (length > superblockMaxBytes(fs) - inode.sizeBytes)
    throw new Refused('EFBIG', 'the file would get too large');
  const size = fs.geometry.blockSizeBytes;
  const start = offset - (offset % fs.machine.pageSizeBytes);
  writeAndWait(fs, inode, start);
  truncatePages(fs, inode, start);
  inode.sizeBytes += length;
  inode.diskSizeBytes += length;
  fs.journal.touch(inode, true);
  const first = offset / size;
  fs.allocator.discardPreallocations(inode);
  fs.mapping.splitAt(inode, first);
  fs.mapping.forgetDelayed(inode, first, endOfFile - first);
  fs.mapping.shift(inode, first, length / size, 'right');
}
