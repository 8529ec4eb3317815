import { getBlocks, type Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';

/** DIO_MAX_BLOCKS: blocks that a direct write maps at once. */
export const directBlocksMost = 4096;

/** What a direct write needs a place for: struct iomap_iter. Bytes. */
export interface DirectRange {
  readonly offset: number;
  readonly length: number;
  readonly atomic: boolean;
  /** Every block of it is there and written, and so it was found before. */
  readonly overwrites: boolean;
}

/** Beyond i_size blocks are written at once; within it they are unwritten until the data is there. */
export function flagsForDirect(fs: Filesystem, inode: Inode, logical: number): number {
  if (logical * fs.geometry.blockSizeBytes >= inode.sizeBytes) return getBlocks.create;
  if (!inode.usesExtents) return 0;
  return fs.behaviour.unwrittenCut === 'before' ? getBlocks.ioCreate : getBlocks.createUnwritten;
}
