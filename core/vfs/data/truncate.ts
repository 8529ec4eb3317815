import type { Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { truncateInline } from './inline-room.ts';
import type { Folio } from './page-cache.ts';
import { truncatePages } from './truncate-pages.ts';
import { zeroInBlock } from './zero.ts';

/** ext4_truncate() of fs/ext4/inode.c: blocks beyond i_size go, and preallocations with them. */
export function truncateBlocks(fs: Filesystem, inode: Inode): void {
  const size = fs.geometry.blockSizeBytes;
  if (inode.sizeBytes === 0 && !fs.options.noAutoDelayedAllocation) inode.states.add('alloc-on-close');
  if (truncateInline(fs, inode)) return;
  if (inode.sizeBytes % size !== 0) zeroInBlock(fs, inode, inode.sizeBytes);
  fs.journal.touch(inode, inode.diskSizeBytes !== inode.sizeBytes);
  fs.allocator.discardPreallocations(inode);
  inode.diskSizeBytes = inode.sizeBytes;
  fs.mapping.truncate(inode, Math.ceil(inode.sizeBytes / size));
}

/**
 * ext4_truncate_failed_write() of fs/ext4/truncate.h: what a failed write has left beyond i_size goes. `held` is the
 * folio that the write still has in its hands, if any.
 */
export function truncateFailedWrite(fs: Filesystem, inode: Inode, held: Folio | null = null): void {
  truncatePages(fs, inode, inode.sizeBytes, Infinity, held);
  truncateBlocks(fs, inode);
}
