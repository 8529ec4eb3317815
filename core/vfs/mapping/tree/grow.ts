import { assert } from '../../../assert.ts';
import { freeFlags, hints } from '../../../mballoc/request.ts';
import type { ExtentFile } from '../file.ts';
import { inodeGoal } from '../goal.ts';
import { allocateNode } from './metadata.ts';
import { blockCapacity, nodeBlock, rootCapacity, TreeNode, type LeafExtent } from './node.ts';
import { entryAt, extentAt, findExtent, leafLevel, type Path, type PathLevel } from './path.ts';

/**
 * Makes room for `extent` where the path's leaf is full: a new leaf under the lowest inner node that has a free entry,
 * after a new level where none has (fs/ext4/extents.c: ext4_ext_create_new_leaf()). Throws Refused.
 */
export function addLeaf(
  file: ExtentFile,
  path: Path,
  extent: LeafExtent,
  hintFlags: number,
  flags: number,
): Path {
  let current = path;
  for (;;) {
    const level = lowestWithRoom(current);
    if (level !== null) {
      splitPath(file, current, extent, level, hintFlags);
      return findExtent(file, extent.logical, flags);
    }
    growInDepth(file, hintFlags);
    current = findExtent(file, extent.logical, flags);
    if (!leafLevel(current).node.isFull) return current;
  }
}

function lowestWithRoom(path: Path): number | null {
  for (let level = path.length - 2; level >= 0; level--) {
    if (path[level]?.node.isFull === false) return level;
  }
  return null;
}

/**
 * Hangs a new leaf, with inner nodes of its own where needed, under the node at `level`; what lies right of the path
 * below that moves over (ext4_ext_split()).
 */
function splitPath(file: ExtentFile, path: Path, extent: LeafExtent, level: number, hintFlags: number): void {
  const depth = path.length - 1;
  const leafStep = leafLevel(path);
  assert(leafStep.position !== null, 'a full leaf has a current extent');
  const isLast = leafStep.position === leafStep.node.capacity - 1;
  const border = isLast ? extent.logical : extentAt(leafStep.node, leafStep.position + 1).logical;
  const blocks = allocateNodes(file, path, extent.logical, depth - level, hintFlags);

  const leaf = newNode(file, 0, blocks);
  leaf.extents = leafStep.node.extents.splice(leafStep.position + 1);
  leafStep.position += 1;

  let child = leaf;
  for (let inner = depth - 1; inner > level; inner--) {
    const step = stepAt(path, inner);
    const node = newNode(file, depth - inner, blocks);
    node.children = [{ logical: border, child }, ...step.node.children.splice(step.position + 1)];
    child = node;
  }
  const top = stepAt(path, level);
  const after = border > entryAt(top.node, top.position).logical ? 1 : 0;
  top.node.children.splice(top.position + after, 0, { logical: border, child });
}

/** Blocks for the nodes of a new branch; all of them or none. The last one is for the leaf. */
function allocateNodes(
  file: ExtentFile,
  path: Path,
  block: number,
  count: number,
  hintFlags: number,
): number[] {
  const blocks: number[] = [];
  try {
    while (blocks.length < count) blocks.push(allocateNode(file, path, block, hintFlags));
  } catch (error) {
    for (const physical of blocks) file.mount.allocator.free(file.inode, physical, 1, freeFlags.metadata);
    throw error;
  }
  return blocks;
}

/** A node in the last of the allocated blocks; its buffer is read, and its extents cached, at the next visit. */
function newNode(file: ExtentFile, depth: number, blocks: number[]): TreeNode {
  const physical = blocks.pop();
  assert(physical !== undefined, 'every new node has its block');
  return new TreeNode(depth, physical, blockCapacity(file.mount.geometry), false);
}

function stepAt(path: Path, level: number): PathLevel & { position: number } {
  const step = path[level];
  assert(step !== undefined && step.position !== null, 'an inner step goes through an entry');
  return step as PathLevel & { position: number };
}

/** Moves the root's entries into a new block, which becomes the root's only child (ext4_ext_grow_indepth()). Throws Refused. */
function growInDepth(file: ExtentFile, hintFlags: number): void {
  const { root, mount } = file;
  const first = root.depth > 0 ? nodeBlock(entryAt(root, 0).child) : 0;
  const besideFirst = first > mount.geometry.firstDataBlock;
  const goal = besideFirst ? first - 1 : inodeGoal(mount, file.inode);
  const flags = besideFirst ? hintFlags | hints.tryGoal : hintFlags;
  const { physical } = mount.allocator.allocateMetadata(file.inode, goal, flags, 1);

  const child = new TreeNode(root.depth, physical, blockCapacity(mount.geometry), true);
  child.extents = root.extents;
  child.children = root.children;
  const border = root.depth > 0 ? entryAt(root, 0).logical : extentAt(root, 0).logical;
  root.extents = [];
  root.children = [{ logical: border, child }];
  root.capacity = rootCapacity;
  root.depth += 1;
}
