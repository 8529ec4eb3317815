import type { Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { dropCachedRange, settleDiskSize } from './cached-range.ts';
import { superblockMaxBytes } from './limits.ts';
import { zeroPartialBlocks } from './zero.ts';

/** ext4_punch_hole() of fs/ext4/inode.c. Bytes. Throws Refused. */
export function punchHole(fs: Filesystem, inode: Inode, offset: number, length: number): void {
  const size = fs.geometry.blockSizeBytes;
  const page = fs.machine.pageSizeBytes;
  const furthest = inode.usesExtents ? superblockMaxBytes(fs) : fs.mapping.maxSizeBytes(inode) - size;
  if (offset >= inode.sizeBytes || offset >= furthest) return;
  let end = offset + length;
  if (end > inode.sizeBytes) end = Math.ceil(inode.sizeBytes / page) * page;
  end = Math.min(end, furthest);
  settleDiskSize(fs, inode, offset, end - offset);
  dropCachedRange(fs, inode, offset, end);
  zeroPartialBlocks(fs, inode, offset, end - offset);
  const first = Math.ceil(offset / size);
  const last = Math.floor(end / size);
  if (last > first) {
    fs.allocator.discardPreallocations(inode);
    fs.mapping.removeRange(inode, first, last);
  }
  fs.journal.touch(inode, true);
}
