import { assertExists } from '../../assert.ts';
import type { Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { fileData } from './file-data.ts';
import { buffer, type Folio } from './page-cache.ts';

/** State of the block at a position within a folio. */
export function stateOf(folio: Folio, block: number): number {
  return assertExists(folio.blocks[block], 'a block of the folio');
}

/** First logical block of a folio. */
export function firstBlock(fs: Filesystem, folio: Folio): number {
  return (folio.index * fs.machine.pageSizeBytes) / fs.geometry.blockSizeBytes;
}

/** mark_buffer_dirty() on blocks [from, to) of a folio. */
export function markDirty(fs: Filesystem, inode: Inode, folio: Folio, from: number, to: number): void {
  for (let block = from; block < to; block++) folio.blocks[block] = stateOf(folio, block) | buffer.dirty;
  setDirty(fs, inode, folio);
}

/** folio_mark_dirty(), and the inode onto the list of dirty ones when it was not there. */
export function setDirty(fs: Filesystem, inode: Inode, folio: Folio): void {
  const data = fileData(fs, inode);
  if (!data.pages.hasDirty) data.dirtiedAs = nextOrdinal(fs);
  data.pages.setDirty(folio, true);
}

const ordinals = new WeakMap<Filesystem, number>();

function nextOrdinal(fs: Filesystem): number {
  const next = (ordinals.get(fs) ?? 0) + 1;
  ordinals.set(fs, next);
  return next;
}
