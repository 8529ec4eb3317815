import type { Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { fileData, inlineBytesLeast } from './file-data.ts';

/** EXT_MAX_BLOCKS - 1 */
const lastBlock = 2 ** 32 - 2;

/** ext4_create_inline_data() and ext4_update_inline_data() */
export function takeInlineRoom(fs: Filesystem, inode: Inode, bytes: number): void {
  const data = fileData(fs, inode);
  if (inode.inlineData && bytes <= data.inlineBytes) return;
  data.inlineBytes = Math.max(bytes, inlineBytesLeast);
  inode.inlineData = true;
  inode.usesExtents = false;
  fs.journal.touch(inode, true);
}

/** ext4_destroy_inline_data(): the inode gets an empty map instead, with extents where the filesystem has them. */
export function destroyInlineData(fs: Filesystem, inode: Inode): void {
  if (!inode.inlineData) return;
  inode.inlineData = false;
  inode.usesExtents = fs.geometry.features.extents;
  fileData(fs, inode).inlineBytes = 0;
  inode.states.delete('may-inline-data');
  fs.mapping.createEmpty(inode);
  fs.journal.touch(inode, true);
}

/** ext4_inline_data_truncate(): true while the data stays in the inode. */
export function truncateInline(fs: Filesystem, inode: Inode): boolean {
  if (!inode.inlineData) return false;
  const data = fileData(fs, inode);
  inode.diskSizeBytes = inode.sizeBytes;
  if (inode.sizeBytes < data.inlineBytes) {
    if (!inode.states.has('may-inline-data')) fs.mapping.forgetDelayed(inode, 0, lastBlock + 1);
    data.inlineBytes = Math.max(inode.sizeBytes, inlineBytesLeast);
  }
  fs.journal.touch(inode, true);
  return true;
}
