import { getBlocks, type Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { firstBlock, markDirty, stateOf } from './blocks.ts';
import { writesUnwrittenFirst } from './modes.ts';
import { buffer, type Folio } from './page-cache.ts';

/** BH_New: what the write does not fill has to be zeroed. Beside the states of `buffer`, and gone when the write is over. */
const fresh = 16;

/** get_block_t: makes sure that one logical block has a place, and returns its state as a sum of `buffer` and `fresh`. */
export type BlockLookup = (logical: number) => number;

/**
 * What ext4_block_write_begin() asks for a block that has no place yet: a reservation (ext4_da_get_block_prep), an
 * unwritten block (ext4_get_block_unwritten) or a written one (ext4_get_block).
 */
export function lookupFor(fs: Filesystem, inode: Inode, delayed: boolean): BlockLookup {
  if (delayed) return (logical) => bufferOf(fs.mapping.mapDelayed(inode, logical, 1).state);
  const flags = writesUnwrittenFirst(fs, inode) ? getBlocks.createUnwritten : getBlocks.create;
  return (logical) => {
    const mapped = fs.mapping.map(inode, logical, 1, flags);
    if (mapped.isNew) fs.journal.touch(inode, true);
    return bufferOf(mapped.state) | (mapped.isNew ? fresh : 0);
  };
}

function bufferOf(state: 'hole' | 'delayed' | 'written' | 'unwritten'): number {
  if (state === 'delayed') return buffer.mapped | buffer.delayed | fresh;
  if (state === 'unwritten') return buffer.mapped | buffer.unwritten | fresh;
  return state === 'written' ? buffer.mapped : 0;
}

/**
 * fs/ext4/inode.c, ext4_block_write_begin(): every block of the folio that bytes [from, to) touch gets a place, one
 * by one. Throws what the lookup throws; the blocks before it keep theirs, and those that are new are zeroed and dirty
 * then (folio_zero_new_buffers()).
 */
export function beginBlocks(
  fs: Filesystem,
  inode: Inode,
  folio: Folio,
  from: number,
  to: number,
  lookup: BlockLookup,
): void {
  const size = fs.geometry.blockSizeBytes;
  const base = firstBlock(fs, folio);
  const freshBlocks: number[] = [];
  try {
    for (let block = Math.floor(from / size); block < Math.ceil(to / size); block++) {
      if (stateOf(folio, block) & buffer.mapped) continue;
      const found = lookup(base + block);
      if (found & fresh) freshBlocks.push(block);
      folio.blocks[block] = stateOf(folio, block) | (found & ~fresh);
    }
  } catch (error) {
    for (const block of freshBlocks) markDirty(fs, inode, folio, block, block + 1);
    throw error;
  }
}
