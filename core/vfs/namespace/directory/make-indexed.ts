import { inodeFlags } from '../../../ext4/index.ts';
import type { Inode } from '../../inode.ts';
import { append } from './append.ts';
import { lastEntry, usableBytes, writeTail } from './block.ts';
import { recordBytes, type NewEntry } from './entries.ts';
import { hashOfName } from './hash.ts';
import { rootLimit, rootPairs, writeRootInfo } from './index-node.ts';
import { effectiveVersion } from './probe.ts';
import { splitLeaf } from './split.ts';
import { blockOf, damagedDirectory, stateOf, type DirectoryContext } from './state.ts';

/**
 * Gives a directory of one full block an index: the block becomes the root, its entries move to a new block, which is
 * then split to take the new entry (fs/ext4/namei.c: make_indexed_dir()). ENOSPC; if that comes only at the split, the
 * index stays.
 */
export function makeIndexed(context: DirectoryContext, directory: Inode, entry: NewEntry): void {
  const { format } = context;
  const root = blockOf(context, directory, 0);
  const dotDot = root.next(0);
  if (root.nameLength(0) !== 1 || root.nameLength(dotDot) !== 2) {
    throw damagedDirectory(directory, 0, 'it does not begin with . and ..');
  }
  const start = root.next(dotDot);
  const end = usableBytes(format);

  const leaf = append(context, directory);
  directory.flags |= inodeFlags.index;
  stateOf(context, directory).names = null;
  leaf.block.bytes.set(root.bytes.subarray(start, end));
  root.bytes.fill(0, start, end);
  root.changed();
  const last = lastEntry(leaf.block, 0, end - start);
  leaf.block.setRecordLength(last, end - last);
  writeTail(leaf.block, format);

  root.setRecordLength(dotDot, format.blockBytes - recordBytes(1));
  writeRootInfo(root, context.defaultHashVersion, 0);
  const pairs = rootPairs(root);
  pairs.setBlock(0, leaf.logical);
  pairs.count = 1;
  pairs.limit = rootLimit(format);

  const hashVersion = effectiveVersion(context, context.defaultHashVersion);
  const hash = hashOfName(entry.name.bytes, hashVersion, context.hashSeed);
  const room = splitLeaf(context, directory, leaf.block, { pairs, at: 0 }, { hash, hashVersion });
  room.block.insertAt(room.offset, entry);
}
