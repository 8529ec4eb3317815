import type { Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { dropCachedRange, settleDiskSize } from './cached-range.ts';
import { superblockMaxBytes } from './limits.ts';
import { writeAndWait } from './write-pages.ts';
import { zeroPartialBlocks } from './zero.ts';

/** ext4_punch_hole() of fs/ext4/inode.c. Bytes. Throws Refused. */
export function punchHole(fs: Filesystem, inode: Inode, offset: number, length: number): void {
  const size = fs.geometry.blockSizeBytes;
  const { punching } = fs.behaviour;
  const furthest = inode.usesExtents ? superblockMaxBytes(fs) : fs.mapping.maxSizeBytes(inode) - size;
  if (offset >= inode.sizeBytes || offset >= furthest) return;
  let end = offset + length;
  if (end >= inode.sizeBytes) end = endBeyondSize(fs, inode.sizeBytes, end);
  end = Math.min(end, furthest);
  if (punching.writesFirst) writeAndWait(fs, inode, offset, offset + length - 1);
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

/** Where a hole that reaches `end`, at or beyond i_size, ends instead. */
function endBeyondSize(fs: Filesystem, sizeBytes: number, end: number): number {
  const page = fs.machine.pageSizeBytes;
  const block = fs.geometry.blockSizeBytes;
  switch (fs.behaviour.punching.end) {
    case 'block':
      return Math.ceil(sizeBytes / block) * block;
    case 'page':
      return end > sizeBytes ? Math.ceil(sizeBytes / page) * page : end;
    case 'next-page':
      return end > sizeBytes ? (Math.floor(sizeBytes / page) + 1) * page : end;
  }
}
