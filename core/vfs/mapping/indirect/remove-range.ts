import { assertExists } from '../../../assert.ts';
import type { BlockFile } from '../file.ts';
import { maxIndirectBlocks } from '../limits.ts';
import { directCount, singleSlot } from './block-map.ts';
import { blockPath } from './branch.ts';
import { freeBranches, freeData } from './free-branches.ts';
import {
  currentLink,
  depthBelow,
  findShared,
  freeLeftOf,
  freeRightOf,
  freeTop,
  type SharedBranch,
} from './shared.ts';
import { freeWholeSubtrees } from './truncate.ts';

/** Frees logical blocks [start, end) (fs/ext4/indirect.c: ext4_ind_remove_space()). */
export function removeIndirectRange(file: BlockFile, start: number, end: number): void {
  const { geometry } = file.mount;
  const limit = maxIndirectBlocks(geometry);
  const last = Math.min(end, limit);
  if (start >= last || start > limit) return;
  const from = assertExists(blockPath(geometry, start), 'the path to the first block').slots;
  const to = assertExists(blockPath(geometry, last), 'the path behind the last block').slots;
  if (from.length !== to.length) removeAcrossLevels(file, from, to);
  else if (from.length === 1) freeData(file, file.map, from[0] ?? 0, to[0] ?? 0);
  else removeWithinLevel(file, from, to);
}

/** The range starts and ends under different pointers of the inode. */
function removeAcrossLevels(file: BlockFile, from: readonly number[], to: readonly number[]): void {
  if (from.length === 1) {
    freeData(file, file.map, from[0] ?? 0, directCount);
  } else {
    const branch = findShared(file, from);
    if (branch.hasTop) freeTop(file, branch);
    for (; branch.at > 0; branch.at--) freeRightOf(file, branch);
  }
  const branch = findShared(file, to);
  const isAtInode = branch.hasTop && branch.at === 0;
  if (!isAtInode) {
    if (!branch.hasTop) currentLink(branch).slot += 1;
    for (; branch.at > 0; branch.at--) freeLeftOf(file, branch);
  }
  const firstWhole = singleSlot + from.length - 1;
  freeWholeSubtrees(file, firstWhole - 1, singleSlot + to.length - 3);
}

/** The range starts and ends under the same pointer of the inode, that of an indirect block. */
function removeWithinLevel(file: BlockFile, from: readonly number[], to: readonly number[]): void {
  const left = findShared(file, from);
  const right = findShared(file, to);
  if (left.hasTop && !isSubtree(left, right, from, to)) freeTop(file, left);
  if (!right.hasTop) currentLink(right).slot += 1;

  while (left.at > 0 || right.at > 0) {
    const leftLink = currentLink(left);
    const rightLink = currentLink(right);
    const depthLeft = depthBelow(left);
    const depthRight = depthBelow(right);
    if (left.at > 0 && right.at > 0 && leftLink.block === rightLink.block) {
      freeBranches(file, leftLink.block, leftLink.slot + 1, rightLink.slot, depthLeft);
      return;
    }
    if (left.at > 0 && depthLeft <= depthRight) {
      freeRightOf(file, left);
      left.at -= 1;
    }
    if (right.at > 0 && depthRight <= depthLeft) {
      freeLeftOf(file, right);
      right.at -= 1;
    }
  }
}

/** Whether the end of the range lies in the subtree at the top of its start. */
function isSubtree(
  left: SharedBranch,
  right: SharedBranch,
  from: readonly number[],
  to: readonly number[],
): boolean {
  const level = Math.min(left.at, right.at);
  return from.slice(0, level + 1).every((slot, index) => slot === to[index]);
}
