import { assert } from '../../../assert.ts';
import { hints } from '../../../mballoc/request.ts';
import { getBlocks } from '../../filesystem.ts';
import type { ExtentFile } from '../file.ts';
import { maxBlocks } from '../limits.ts';
import { addLeaf } from './grow.ts';
import { canMerge, merge } from './merge.ts';
import { extentEnd, type LeafExtent } from './node.ts';
import { entryAt, extentAt, findExtent, leafLevel, nextLeaf, type Path } from './path.ts';

/**
 * Adds an extent to the tree, as part of a neighbour where it continues one, in a new leaf where none has room
 * (fs/ext4/extents.c: ext4_ext_insert_extent()). `path` leads to the extent's place; the returned path leads to where
 * it went. Throws Refused when a new node finds no space; the tree is then as before, but may have grown in depth.
 */
export function insertExtent(file: ExtentFile, path: Path, extent: LeafExtent, flags: number): Path {
  assert(extent.length > 0, 'an extent has blocks');
  const mayMerge = !(flags & getBlocks.preIo);
  const joined = mayMerge ? joinNeighbour(path, extent) : null;
  if (joined !== null) {
    merge(file, path, joined);
    correctIndexes(path);
    return path;
  }

  const target = leafWithRoom(file, path, extent, flags);
  const level = leafLevel(target);
  const { extents } = level.node;
  let position = level.position ?? 0;
  if (level.position !== null && extent.logical > extentAt(level.node, position).logical) position += 1;
  if (position === extents.length) extents.push(extent);
  else extents.splice(position, 0, extent);
  level.position = position;
  if (mayMerge) merge(file, target, position);
  correctIndexes(target);
  return target;
}

/** Makes the new extent part of the one before or behind it, in the path's leaf; returns the slot of the one that grew. */
function joinNeighbour(path: Path, extent: LeafExtent): number | null {
  const { node, position } = leafLevel(path);
  if (position === null) return null;
  let slot = position;
  const here = extentAt(node, slot);
  let mayAppend = true;
  if (slot < node.extents.length - 1 && extentEnd(here) < extent.logical) {
    slot += 1;
    mayAppend = false;
  } else if (slot > 0 && extentEnd(extent) < here.logical) {
    slot -= 1;
  }
  const neighbour = extentAt(node, slot);
  if (mayAppend && canMerge(neighbour, extent)) {
    neighbour.length += extent.length;
    return slot;
  }
  if (canMerge(extent, neighbour)) {
    neighbour.logical = extent.logical;
    neighbour.physical = extent.physical;
    neighbour.length += extent.length;
    return slot;
  }
  return null;
}

/** The path to a leaf that can take one more extent: this one, the next one, or a new one. */
function leafWithRoom(file: ExtentFile, path: Path, extent: LeafExtent, flags: number): Path {
  const { node } = leafLevel(path);
  if (!node.isFull) return path;
  const last = extentAt(node, node.extents.length - 1);
  const next = extent.logical > last.logical ? nextLeaf(path) : maxBlocks;
  if (next !== maxBlocks) {
    const neighbour = findExtent(file, next, flags);
    if (!leafLevel(neighbour).node.isFull) return neighbour;
  }
  let hintFlags = flags & getBlocks.delallocReserved ? hints.delallocReserved : 0;
  if (flags & getBlocks.metadataNoFail) hintFlags |= hints.useReserved;
  return addLeaf(file, path, extent, hintFlags, flags);
}

/** Gives the entries above a leaf the leaf's new first block, when the path's extent is its first (ext4_ext_correct_indexes()). */
export function correctIndexes(path: Path): void {
  const { node, position } = leafLevel(path);
  if (path.length === 1 || position !== 0) return;
  const border = extentAt(node, 0).logical;
  for (let level = path.length - 2; level >= 0; level--) {
    const step = path[level];
    assert(step !== undefined, 'a path has every level');
    entryAt(step.node, step.position).logical = border;
    if (step.position !== 0) break;
  }
}
