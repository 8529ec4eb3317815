import { inodeFlags } from '../../ext4/index.ts';
import { freeFlags } from '../../mballoc/request.ts';
import type { MappedFile } from './file.ts';

/**
 * How an inode's data blocks are freed: those of directories and links are metadata, and what went through the journal is
 * forgotten there (extents.c: get_default_free_blocks_flags(), indirect.c: ext4_clear_blocks()). Sum of `freeFlags`.
 */
export function dataFreeFlags({ inode, mount }: MappedFile): number {
  if (inode.kind === 'directory' || inode.kind === 'link' || inode.flags & inodeFlags.eaInode) {
    return freeFlags.metadata | freeFlags.forget;
  }
  return isJournalled({ inode, mount }) ? freeFlags.forget : 0;
}

/** ext4_should_journal_data() of a regular file. */
function isJournalled({ inode, mount }: Pick<MappedFile, 'inode' | 'mount'>): boolean {
  if (!mount.geometry.features.hasJournal) return false;
  const { dataMode, delayedAllocation } = mount.options;
  return dataMode === 'journal' || ((inode.flags & inodeFlags.journalData) !== 0 && !delayedAllocation);
}
