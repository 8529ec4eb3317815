import type { Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { journalsData } from './modes.ts';
import { truncatePages } from './truncate-pages.ts';
import { writeAndWait } from './write-pages.ts';

/**
 * ext4_truncate_page_cache_block_range(): bytes [start, end) leave the page cache; journalled data is written first.
 * Throws Refused.
 */
export function dropCachedRange(fs: Filesystem, inode: Inode, start: number, end: number): void {
  if (journalsData(fs, inode)) writeAndWait(fs, inode, start, end - 1);
  truncatePages(fs, inode, start, end - 1);
}

/** ext4_update_disksize_before_punch(): i_disksize must not wait for pages that are about to go. */
export function settleDiskSize(fs: Filesystem, inode: Inode, offset: number, length: number): void {
  if (offset > inode.sizeBytes) return;
  const { diskSize } = fs.behaviour.punching;
  if (diskSize === 'at-end' && offset + length < inode.sizeBytes) return;
  const size = Math.min(inode.sizeBytes, offset + length);
  if (inode.diskSizeBytes >= size) return;
  inode.diskSizeBytes = size;
  fs.journal.touch(inode, true);
}
