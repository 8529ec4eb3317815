import { Refused } from '../../errno.ts';
import type { Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { truncateBlocks } from './truncate.ts';
import { truncatePages } from './truncate-pages.ts';
import { flushPages } from './write-pages.ts';

/**
 * A descriptor that may write is opened: get_write_access(), and ext4_file_open(), whose first call after a mount
 * writes down where it is mounted (ext4_sample_last_mounted) and so starts a transaction.
 */
export function openForWriting(fs: Filesystem, inode: Inode): void {
  fs.journal.begin();
  inode.openDescriptors++;
  inode.openWriters++;
}

/** ext4_release_file() of fs/ext4/file.c for a descriptor that could write, then the descriptor is gone. */
export function releaseWriter(fs: Filesystem, inode: Inode): void {
  if (inode.states.has('alloc-on-close')) {
    allocateDelayed(fs, inode);
    inode.states.delete('alloc-on-close');
  }
  if (inode.openWriters === 1 && fs.mapping.reservedClusters(inode) === 0)
    fs.allocator.discardPreallocations(inode);
  inode.openWriters--;
  inode.openDescriptors--;
}

/** Opens a file for reading only and closes it again, as a layout is read. */
export function releaseReader(fs: Filesystem, inode: Inode): void {
  if (!inode.states.has('alloc-on-close')) return;
  allocateDelayed(fs, inode);
  inode.states.delete('alloc-on-close');
}

/** ext4_alloc_da_blocks(); what cannot be written is told to nobody here. */
function allocateDelayed(fs: Filesystem, inode: Inode): void {
  if (fs.mapping.reservedClusters(inode) === 0) return;
  try {
    flushPages(fs, inode);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
}

/**
 * ext4_evict_inode() of an inode that no entry and no descriptor holds any more: cached data is dropped, the blocks
 * and the inode are freed.
 */
export function evictUnlinked(fs: Filesystem, inode: Inode): void {
  inode.sizeBytes = 0;
  truncatePages(fs, inode, 0);
  truncateBlocks(fs, inode);
  fs.mapping.remounted(inode);
  fs.namespace.freeInode(inode);
}
