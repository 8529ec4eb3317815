import { assertExists } from '../../../assert.ts';
import type { BlockFile } from '../file.ts';
import { freeBranches } from './free-branches.ts';
import { getBranch, type Link } from './branch.ts';

/** A branch that is cut: the links down to the deepest block that keeps something left of the cut. */
export interface SharedBranch {
  readonly links: readonly Link[];
  /** Index of that deepest link. */
  at: number;
  /** The subtree at that link's slot goes as a whole; otherwise the slot is the last that stays. */
  readonly hasTop: boolean;
  /** Levels of the whole path (1 for direct blocks). */
  readonly levels: number;
}

/** fs/ext4/indirect.c: ext4_find_shared(). */
export function findShared(file: BlockFile, slots: readonly number[]): SharedBranch {
  let depth = slots.length;
  while (depth > 1 && slots[depth - 1] === 0) depth -= 1;
  const links = getBranch(file.map, slots.slice(0, depth));
  let at = links.length - 1;
  while (at > 0 && isEmptyBefore(linkAt(links, at))) at -= 1;
  const link = linkAt(links, at);
  if (at === depth - 1 && at > 0) {
    link.slot -= 1;
    return { links, at, hasTop: false, levels: slots.length };
  }
  return { links, at, hasTop: link.block.at(link.slot) !== 0, levels: slots.length };
}

function isEmptyBefore(link: Link): boolean {
  return link.block.pointers.subarray(0, link.slot).every((pointer) => pointer === 0);
}

function linkAt(links: readonly Link[], at: number): Link {
  return assertExists(links[at], 'a link of the branch');
}

/** The link that a shared branch stands at. */
export function currentLink(branch: SharedBranch): Link {
  return linkAt(branch.links, branch.at);
}

/** Levels of pointers below the current link's slot. */
export function depthBelow(branch: SharedBranch): number {
  return branch.levels - 1 - branch.at;
}

/** Frees the subtree at the top of a shared branch. */
export function freeTop(file: BlockFile, branch: SharedBranch): void {
  const { block, slot } = currentLink(branch);
  freeBranches(file, block, slot, slot + 1, depthBelow(branch));
  block.clear(slot);
}

/** Frees everything right of the current link's slot in its block. */
export function freeRightOf(file: BlockFile, branch: SharedBranch): void {
  const { block, slot } = currentLink(branch);
  freeBranches(file, block, slot + 1, block.pointers.length, depthBelow(branch));
}

/** Frees everything left of the current link's slot in its block. */
export function freeLeftOf(file: BlockFile, branch: SharedBranch): void {
  const { block, slot } = currentLink(branch);
  freeBranches(file, block, 0, slot, depthBelow(branch));
}
