import type { Inode } from '../../inode.ts';
import { addIndexed } from './add-indexed.ts';
import { allocate, append } from './append.ts';
import { makeEmpty, usableBytes } from './block.ts';
import type { EntryArea, NewEntry } from './entries.ts';
import type { Found } from './find.ts';
import { addInline, leaveInline } from './inline.ts';
import { makeIndexed } from './make-indexed.ts';
import type { Name } from './name.ts';
import { isIndexed, stateOf, type DirectoryContext } from './state.ts';

/**
 * Adds an entry whose name the directory does not have yet (fs/ext4/namei.c: ext4_add_entry()). ENOSPC; a directory
 * that changed its form before that keeps the new one, as in the kernel.
 */
export function addEntry(context: DirectoryContext, directory: Inode, entry: NewEntry): void {
  const { inline } = stateOf(context, directory);
  if (inline !== null) {
    if (addInline(context, directory, inline, entry)) return;
    leaveInline(context, directory, inline);
  }
  if (isIndexed(context, directory)) addIndexed(context, directory, entry);
  else addLinear(context, directory, entry);
}

/** First fit over all blocks; a lone full block gets an index where the filesystem has them, else one more block follows. */
function addLinear(context: DirectoryContext, directory: Inode, entry: NewEntry): void {
  const state = stateOf(context, directory);
  const { format } = context;
  const count = Math.floor(directory.sizeBytes / format.blockBytes);
  for (let logical = 0; logical < count; logical++) {
    const block = state.blocks[logical];
    if (block === undefined) {
      startBlock(context, directory, { logical, block: allocate(context, directory, logical) }, entry);
      return;
    }
    const offset = block.findRoom(entry.name.bytes.length, usableBytes(format));
    if (offset >= 0) {
      block.insertAt(offset, entry);
      state.names?.set(entry.name.key, logical);
      return;
    }
    if (count === 1 && context.fs.geometry.features.dirIndex) {
      makeIndexed(context, directory, entry);
      return;
    }
  }
  startBlock(context, directory, append(context, directory), entry);
}

function startBlock(
  context: DirectoryContext,
  directory: Inode,
  { logical, block }: { logical: number; block: EntryArea },
  entry: NewEntry,
): void {
  makeEmpty(block, context.format);
  block.insertAt(0, entry);
  stateOf(context, directory).names?.set(entry.name.key, logical);
}

/** Removes an entry that was just found; blocks stay where they are, even empty (ext4_delete_entry()). */
export function removeEntry(context: DirectoryContext, directory: Inode, name: Name, found: Found): void {
  found.area.remove(found.offset);
  stateOf(context, directory).names?.delete(name.key);
}
