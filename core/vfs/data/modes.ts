import { inodeFlags } from '../../ext4/index.ts';
import type { Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';

/** fs/ext4/ext4_jbd2.c, ext4_inode_journal_mode() and ext4_should_journal_data(): data goes through the journal. */
export function journalsData(fs: Filesystem, inode: Inode): boolean {
  if (!fs.geometry.features.hasJournal) return false;
  if (!inode.isRegular || fs.options.dataMode === 'journal') return true;
  return hasFlag(inode, inodeFlags.journalData) && !fs.options.delayedAllocation;
}

/** fs/ext4/ext4_jbd2.h, ext4_should_dioread_nolock(): buffered data is first allocated unwritten. */
export function writesUnwrittenFirst(fs: Filesystem, inode: Inode): boolean {
  const { dioreadNolock, delayedAllocation } = fs.options;
  return (
    dioreadNolock && delayedAllocation && inode.isRegular && inode.usesExtents && !journalsData(fs, inode)
  );
}

/** One of `inodeFlags`. */
export function hasFlag(inode: Inode, flag: number): boolean {
  return Math.floor(inode.flags / flag) % 2 === 1;
}
