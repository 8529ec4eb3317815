import { Refused } from '../../errno.ts';
import { inodeFlags } from '../../ext4/index.ts';
import type { Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { fileData } from './file-data.ts';
import { convertInlineData } from './inline-data.ts';
import { superblockMaxBytes } from './limits.ts';
import { hasFlag } from './modes.ts';
import { truncateBlocks } from './truncate.ts';
import { truncatePages } from './truncate-pages.ts';
import { zeroInBlock } from './zero.ts';

/** ftruncate(2): do_ftruncate() of fs/open.c and ext4_setattr() with ATTR_SIZE. Throws Refused. */
export function truncateFile(fs: Filesystem, inode: Inode, sizeBytes: number): void {
  if (hasFlag(inode, inodeFlags.append) || hasFlag(inode, inodeFlags.immutable)) {
    throw new Refused('EPERM', 'the file is append-only or immutable');
  }
  if (sizeBytes > inode.sizeBytes && sizeBytes > superblockMaxBytes(fs)) {
    throw new Refused('EFBIG', 'the size is beyond what the filesystem can hold');
  }
  if (!inode.usesExtents && sizeBytes > fs.mapping.maxSizeBytes(inode)) {
    throw new Refused('EFBIG', 'the size is beyond what a file with indirect blocks can hold');
  }
  const outgrows = inode.inlineData && sizeBytes > fileData(fs, inode).inlineBytes;
  if (outgrows && fs.behaviour.inlineGrowth === 'moves-out') convertInlineData(fs, inode);
  const oldSize = inode.sizeBytes;
  if (sizeBytes !== oldSize) {
    if (sizeBytes > oldSize && oldSize % fs.geometry.blockSizeBytes !== 0) zeroInBlock(fs, inode, oldSize);
    inode.diskSizeBytes = sizeBytes;
    inode.sizeBytes = sizeBytes;
    fs.journal.touch(inode, true);
  }
  truncatePages(fs, inode, sizeBytes);
  if (sizeBytes <= oldSize) truncateBlocks(fs, inode);
  fs.journal.touch(inode, false);
}
