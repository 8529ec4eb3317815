import { getBlocks, type Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { firstBlock, stateOf } from './blocks.ts';
import { writesUnwrittenFirst } from './modes.ts';
import { buffer, type Folio } from './page-cache.ts';

/** get_block_t: makes sure that one logical block has a place, and returns its state as a sum of `buffer`. */
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
    return bufferOf(mapped.state);
  };
}

function bufferOf(state: 'hole' | 'delayed' | 'written' | 'unwritten'): number {
  if (state === 'delayed') return buffer.mapped | buffer.delayed;
  if (state === 'unwritten') return buffer.mapped | buffer.unwritten;
  return state === 'written' ? buffer.mapped : 0;
}

/**
 * fs/ext4/inode.c, ext4_block_write_begin(): every block of the folio that bytes [from, to) touch gets a place, one
 * by one. Throws what the lookup throws; the blocks before it keep theirs.
 */
export function beginBlocks(
  fs: Filesystem,
  folio: Folio,
  from: number,
  to: number,
  lookup: BlockLookup,
): void {
  const size = fs.geometry.blockSizeBytes;
  const base = firstBlock(fs, folio);
  for (let block = Math.floor(from / size); block < Math.ceil(to / size); block++) {
    if (stateOf(folio, block) & buffer.mapped) continue;
    folio.blocks[block] = stateOf(folio, block) | lookup(base + block);
  }
}
