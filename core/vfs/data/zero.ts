import type { Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { markDirty, stateOf } from './blocks.ts';
import { pagesOf } from './file-data.ts';
import { buffer } from './page-cache.ts';

/**
 * fs/ext4/inode.c, ext4_block_zero_page_range(): zeroes a part of one block through the page cache. The zeroed block
 * gets dirty where it is written; a page is made for it in any case.
 */
export function zeroInBlock(fs: Filesystem, inode: Inode, from: number): void {
  const { blockSizeBytes } = fs.geometry;
  const page = Math.floor(from / fs.machine.pageSizeBytes);
  const folio = pagesOf(fs, inode).obtain(page, 0);
  const block = Math.floor((from - folio.index * fs.machine.pageSizeBytes) / blockSizeBytes);
  if (!(stateOf(folio, block) & buffer.mapped)) {
    const mapped = fs.mapping.map(inode, Math.floor(from / blockSizeBytes), 1, 0);
    // Unwritten blocks count as holes: ext4_update_bh_state() takes from the buffer what map_bh() has given it.
    if (mapped.state !== 'written') return;
    folio.blocks[block] = buffer.mapped;
  }
  markDirty(fs, inode, folio, block, block + 1);
}

/** fs/ext4/inode.c, ext4_zero_partial_blocks(): the blocks that [start, start + length) covers in part. */
export function zeroPartialBlocks(fs: Filesystem, inode: Inode, start: number, length: number): void {
  const size = fs.geometry.blockSizeBytes;
  const last = start + length - 1;
  const startsInside = start % size !== 0;
  const endsInside = last % size !== size - 1;
  if (Math.floor(start / size) === Math.floor(last / size)) {
    if (startsInside || endsInside) zeroInBlock(fs, inode, start);
    return;
  }
  if (startsInside) zeroInBlock(fs, inode, start);
  if (endsInside) zeroInBlock(fs, inode, last - (last % size));
}

/**
 * ext4_block_zero_eof(), since 7.0 before the file grows: what lies behind `from` in its block, up to `end`. Does nothing on
 * other lines, which zero afterwards, if at all.
 */
export function zeroEnd(fs: Filesystem, inode: Inode, from: number, end: number): void {
  if (fs.behaviour.endZeroing !== 'before' || inode.inlineData) return;
  if (from % fs.geometry.blockSizeBytes !== 0 && from < end) zeroInBlock(fs, inode, from);
}
