import { assertExists } from '../../../assert.ts';
import { Refused } from '../../../errno.ts';
import type { Inode } from '../../inode.ts';
import { append } from './append.ts';
import { usableBytes } from './block.ts';
import type { NewEntry } from './entries.ts';
import { makeNode, nodeLimit, nodePairs, rootInfo, writeRootInfo } from './index-node.ts';
import { leafOf, lowest, probe, type Path } from './probe.ts';
import { splitLeaf } from './split.ts';
import { blockOf, type DirectoryContext } from './state.ts';

/**
 * Adds an entry to an indexed directory; splits the leaf, and the index above it, where they are full
 * (fs/ext4/namei.c: ext4_dx_add_entry()). ENOSPC: no block, or the index can grow no more.
 */
export function addIndexed(context: DirectoryContext, directory: Inode, entry: NewEntry): void {
  for (;;) {
    const path = probe(context, directory, entry.name);
    const leaf = blockOf(context, directory, leafOf(path));
    const offset = leaf.findRoom(entry.name.bytes.length, usableBytes(context.format));
    if (offset >= 0) {
      leaf.insertAt(offset, entry);
      return;
    }
    if (lowest(path).pairs.isFull && growIndex(context, directory, path) === 'probe again') continue;
    const room = splitLeaf(context, directory, leaf, lowest(path), path);
    room.block.insertAt(room.offset, entry);
    return;
  }
}

/**
 * Makes room for one more pair: splits the lowest full node below one that is not full, or adds a level below the
 * root. The path stays good only where the node above the leaves was split.
 */
function growIndex(context: DirectoryContext, directory: Inode, path: Path): 'go on' | 'probe again' {
  const { frames } = path;
  const last = frames.length - 1;
  let level = last;
  while (level > 0 && frames[level - 1].pairs.isFull) level--;
  if (level === 0) {
    if (frames.length === context.maxLevels)
      throw new Refused('ENOSPC', `index of directory ${directory.ino} is full`);
    addLevel(context, directory, path);
    return 'probe again';
  }
  splitNode(context, directory, path, level);
  return level === last ? 'go on' : 'probe again';
}

/** Moves the upper half of a full node's pairs to a new node. */
function splitNode(context: DirectoryContext, directory: Inode, path: Path, level: number): void {
  const frame = assertExists(path.frames[level], 'node to split');
  const above = assertExists(path.frames[level - 1], 'node above');
  const { pairs } = frame;
  const added = append(context, directory);
  makeNode(added.block, context.format);
  const upper = nodePairs(added.block);
  const { count } = pairs;
  const half = count >> 1;
  const hash = pairs.hash(half);
  upper.copyFrom(pairs, half, count);
  pairs.count = half;
  upper.count = count - half;
  upper.limit = nodeLimit(context.format);
  if (frame.at >= half) {
    frame.at -= half;
    frame.pairs = upper;
  }
  above.pairs.insertAfter(above.at, hash, added.logical);
}

/** Moves all pairs of the root to a new node, the root's only child. */
function addLevel(context: DirectoryContext, directory: Inode, path: Path): void {
  const { pairs } = assertExists(path.frames[0], 'root');
  const added = append(context, directory);
  makeNode(added.block, context.format);
  const below = nodePairs(added.block);
  below.copyFrom(pairs, 0, pairs.count);
  below.limit = nodeLimit(context.format);
  pairs.count = 1;
  pairs.setBlock(0, added.logical);
  const { hashVersion, indirectLevels } = rootInfo(pairs.block);
  writeRootInfo(pairs.block, hashVersion, indirectLevels + 1);
}
