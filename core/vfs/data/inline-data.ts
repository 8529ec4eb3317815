import { Refused } from '../../errno.ts';
import { getBlocks, type Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { beginBlocks, lookupFor } from './begin-blocks.ts';
import { markDirty, setDirty } from './blocks.ts';
import { fileData, pagesOf } from './file-data.ts';
import { destroyInlineData, takeInlineRoom } from './inline-room.ts';
import { journalsData } from './modes.ts';
import { buffer } from './page-cache.ts';
import { truncateFailedWrite } from './truncate.ts';
import { flushPages } from './write-pages.ts';

/** Where a write goes that asked for room in the inode: there, to delayed blocks, or the ordinary way. */
export type InlineAnswer = 'inline' | 'moved-delayed' | 'ordinary';

/**
 * fs/ext4/inline.c, ext4_try_to_write_inline_data() and ext4_generic_write_inline_data(): the data is written into
 * the inode while it fits; what is there already moves to a block otherwise.
 */
export function writeInline(
  fs: Filesystem,
  inode: Inode,
  position: number,
  length: number,
  delayed: boolean,
): InlineAnswer {
  if (!inode.states.has('may-inline-data')) return 'ordinary';
  const end = position + length;
  if (end <= fs.namespace.maxInlineBytes(inode)) {
    pagesOf(fs, inode).obtain(0, 0);
    takeInlineRoom(fs, inode, end);
    return 'inline';
  }
  if (delayed) return moveToDelayed(fs, inode);
  moveToBlocks(fs, inode);
  return 'ordinary';
}

/** ext4_write_inline_data_end(): the size follows, the page stays clean. */
export function finishInline(fs: Filesystem, inode: Inode, end: number): void {
  const { pages } = fileData(fs, inode);
  const folio = pages.find(0);
  if (folio) pages.setDirty(folio, false);
  if (end > inode.sizeBytes) inode.sizeBytes = end;
  if (end > inode.diskSizeBytes) inode.diskSizeBytes = end;
  fs.journal.touch(inode, true);
}

/** ext4_convert_inline_data_to_extent(): blocks are allocated at once, the data gets dirty pages. */
function moveToBlocks(fs: Filesystem, inode: Inode): void {
  if (!inode.inlineData) {
    inode.states.delete('may-inline-data');
    return;
  }
  const bytes = fileData(fs, inode).inlineBytes;
  for (let retries = 0; ; retries++) {
    const folio = pagesOf(fs, inode).obtain(0, 0);
    if (!inode.inlineData) return;
    destroyInlineData(fs, inode);
    try {
      beginBlocks(fs, inode, folio, 0, bytes, lookupFor(fs, inode, false));
      markDirty(fs, inode, folio, 0, Math.ceil(bytes / fs.geometry.blockSizeBytes));
      return;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      truncateFailedWrite(fs, inode);
      if (error.errno !== 'ENOSPC' || !fs.journal.shouldRetryAllocation(retries)) throw error;
    }
  }
}

/** ext4_da_convert_inline_data_to_extent(): the data gets delayed blocks; writeback frees the room in the inode. */
function moveToDelayed(fs: Filesystem, inode: Inode): InlineAnswer {
  for (let retries = 0; ; retries++) {
    const folio = pagesOf(fs, inode).obtain(0, 0);
    if (!inode.inlineData) {
      inode.states.delete('may-inline-data');
      return 'ordinary';
    }
    try {
      beginBlocks(fs, inode, folio, 0, fileData(fs, inode).inlineBytes, lookupFor(fs, inode, true));
      folio.blocks.forEach((state, block) => (folio.blocks[block] = state | buffer.dirty));
      setDirty(fs, inode, folio);
      inode.states.delete('may-inline-data');
      return 'moved-delayed';
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      truncateFailedWrite(fs, inode);
      if (error.errno !== 'ENOSPC' || !fs.journal.shouldRetryAllocation(retries)) throw error;
    }
  }
}

/** ext4_convert_inline_data(), before fallocate: the data moves to block 0, and no longer comes back. */
export function convertInlineData(fs: Filesystem, inode: Inode): void {
  if (!inode.inlineData) {
    inode.states.delete('may-inline-data');
    return;
  }
  if (!inode.states.has('may-inline-data')) {
    flushPages(fs, inode);
    if (!inode.inlineData) return;
  }
  const bytes = fileData(fs, inode).inlineBytes;
  destroyInlineData(fs, inode);
  try {
    fs.mapping.map(inode, 0, 1, getBlocks.create);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    restoreInlineData(fs, inode, bytes);
    throw error;
  }
  fs.journal.touch(inode, !journalsData(fs, inode));
}

/** ext4_restore_inline_data() */
function restoreInlineData(fs: Filesystem, inode: Inode, bytes: number): void {
  inode.inlineData = true;
  inode.usesExtents = false;
  fileData(fs, inode).inlineBytes = bytes;
  inode.states.add('may-inline-data');
}
