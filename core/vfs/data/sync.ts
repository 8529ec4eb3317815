import type { Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { writeAndWait } from './write-pages.ts';

/** ext4_sync_file() of fs/ext4/fsync.c over bytes [first, last]. Throws Refused. */
export function syncFile(fs: Filesystem, inode: Inode, dataOnly: boolean, first = 0, last = Infinity): void {
  writeAndWait(fs, inode, first, last);
  fs.journal.syncInode(inode, dataOnly);
}

/** How a write asks to be on disk when it returns: RWF_DSYNC or RWF_SYNC. */
export type WriteSync = 'none' | 'dsync' | 'sync';

/** generic_write_sync() after `written` bytes at `offset`. */
export function syncWrite(
  fs: Filesystem,
  inode: Inode,
  sync: WriteSync,
  offset: number,
  written: number,
): void {
  if (sync === 'none' || written === 0) return;
  syncFile(fs, inode, sync === 'dsync', offset, offset + written - 1);
}
