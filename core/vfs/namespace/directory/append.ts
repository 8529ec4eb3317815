import { Refused } from '../../../errno.ts';
import { getBlocks } from '../../filesystem.ts';
import type { Inode } from '../../inode.ts';
import { newBlock } from './block.ts';
import type { EntryArea } from './entries.ts';
import { damagedDirectory, stateOf, type DirectoryContext } from './state.ts';

/** A directory's new block, still all zeros. */
export interface Appended {
  readonly logical: number;
  readonly block: EntryArea;
}

/** Allocates one block behind a directory's end (fs/ext4/namei.c: ext4_append()). ENOSPC. */
export function append(context: DirectoryContext, directory: Inode): Appended {
  const logical = Math.floor(directory.sizeBytes / context.format.blockBytes);
  const block = allocate(context, directory, logical);
  directory.sizeBytes += context.format.blockBytes;
  directory.diskSizeBytes = directory.sizeBytes;
  return { logical, block };
}

/** The block for one logical block of a directory that has none there (ext4_bread() with EXT4_GET_BLOCKS_CREATE). ENOSPC. */
export function allocate(context: DirectoryContext, directory: Inode, logical: number): EntryArea {
  const mapped = context.fs.mapping.map(directory, logical, 1, getBlocks.create);
  if (mapped.state === 'hole') throw new Refused('ENOSPC', `no block for directory ${directory.ino}`);
  if (!mapped.isNew) throw damagedDirectory(directory, logical, 'a block lies behind the end');
  const block = newBlock(context.format);
  stateOf(context, directory).blocks[logical] = block;
  return block;
}
