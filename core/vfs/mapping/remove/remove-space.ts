import { assert, assertExists } from '../../../assert.ts';
import { getBlocks } from '../../filesystem.ts';
import { split, splitExtentAt } from '../extents/split-extent.ts';
import type { ExtentFile } from '../file.ts';
import { maxBlocks } from '../limits.ts';
import { rightNeighbour } from '../tree/neighbours.ts';
import { extentEnd, rootCapacity } from '../tree/node.ts';
import { entryAt, findExtent, pathExtent, visit, type Path, type PathLevel } from '../tree/path.ts';
import {
  freePartialCluster,
  keepClusterOf,
  noPartialCluster,
  type PartialCluster,
} from './partial-cluster.ts';
import { removeFromLeaf, removeNode } from './remove-from-leaf.ts';

/** The way down while a tree is walked from right to left. */
interface WalkLevel extends PathLevel {
  /** Entries that the node had when the walk went below it; none of them gone since means nothing more to remove. */
  entriesBefore: number;
}

const walkFlags = getBlocks.noCache | getBlocks.noFail;

/**
 * Removes all blocks from `start` to `end`, both included, and frees them (fs/ext4/extents.c: ext4_ext_remove_space()).
 * Throws Refused where an extent must be split and the tree finds no space for that.
 */
export function removeSpace(file: ExtentFile, start: number, end: number): void {
  const partial = noPartialCluster();
  const { root } = file;
  if (end < maxBlocks - 1) {
    const path = prepareEnd(file, end, partial);
    if (path === null) return;
    walk(file, path.map(asWalkLevel), path.length - 1, partial, start, end);
  } else {
    const top = { node: root, position: null, entriesBefore: 0 };
    walk(file, [top], 0, partial, start, end);
  }
  freePartialCluster(file, partial);
  if (root.entryCount === 0) {
    root.depth = 0;
    root.capacity = rootCapacity;
  }
}

function asWalkLevel(level: PathLevel): WalkLevel {
  return { node: level.node, position: level.position, entriesBefore: level.node.entryCount + 1 };
}

/** Splits the extent that reaches behind `end`, and notes the cluster that stays in use there. Null in an empty tree. */
function prepareEnd(file: ExtentFile, end: number, partial: PartialCluster): Path | null {
  const path = findExtent(file, end, walkFlags);
  const extent = pathExtent(path);
  if (extent === null) return null;
  const last = extentEnd(extent) - 1;
  if (end >= extent.logical && end < last) {
    keepClusterOf(file, partial, extent.physical + (end - extent.logical) + 1);
    return forceSplit(file, path, end + 1);
  }
  if (file.mount.geometry.clusterRatio > 1 && end >= last) {
    const right = rightNeighbour(file, path, last + 1, walkFlags);
    if (right !== null) keepClusterOf(file, partial, right.physical);
  }
  return path;
}

/** Splits an extent without merging, from the reserve where space is short (ext4_force_split_extent_at()). */
function forceSplit(file: ExtentFile, path: Path, at: number): Path {
  const extent = assertExists(pathExtent(path), 'the extent to split');
  const splitFlags = extent.unwritten ? split.markFirstUnwritten | split.markSecondUnwritten : 0;
  return splitExtentAt(file, path, at, splitFlags, walkFlags | getBlocks.preIo | getBlocks.metadataNoFail);
}

function walk(
  file: ExtentFile,
  levels: WalkLevel[],
  first: number,
  partial: PartialCluster,
  start: number,
  end: number,
): void {
  const { depth } = file.root;
  let current = first;
  while (current >= 0) {
    if (current === depth) {
      removeFromLeaf(file, levels, partial, start, end);
      current -= 1;
      continue;
    }
    const level = levels[current];
    assert(level !== undefined, 'the walk knows its way');
    if (goLeft(level)) {
      const child = visit(file, entryAt(level.node, level.position).child, walkFlags);
      levels[current + 1] = { node: child, position: null, entriesBefore: 0 };
      level.entriesBefore = level.node.children.length;
      current += 1;
    } else {
      if (level.node.children.length === 0 && current > 0) removeNode(file, levels.slice(0, current + 1));
      current -= 1;
    }
  }
}

/** Moves on to the next entry on the left, the last one at first; false when there is nothing to remove under it (ext4_ext_more_to_rm()). */
function goLeft(level: WalkLevel): boolean {
  const count = level.node.children.length;
  if (level.position === null) {
    level.position = count - 1;
    level.entriesBefore = count + 1;
  } else {
    level.position -= 1;
  }
  return level.position >= 0 && count !== level.entriesBefore;
}
