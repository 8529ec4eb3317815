import { Refused } from '../../errno.ts';
import type { Inode } from '../inode.ts';

/** Only extents can mark blocks as unwritten, so fallocate(2) asks for them first. Throws Refused. */
export function demandUnwritten(inode: Inode): void {
  if (!inode.usesExtents)
    throw new Refused('EOPNOTSUPP', 'files with indirect blocks have no unwritten blocks');
}

/**
 * Size in bytes that a call up to `end` gives to a file; 0 where the file stays as large as it is. The size on disk counts too: it
 * may still lag behind (new_size in ext4_do_fallocate() and ext4_zero_range() of fs/ext4/extents.c).
 */
export function grownSizeBytes(inode: Inode, end: number, keepSize: boolean): number {
  return !keepSize && (end > inode.sizeBytes || end > inode.diskSizeBytes) ? end : 0;
}
