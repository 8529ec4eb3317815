import type { Geometry } from '../../../ext4/geometry.ts';
import {
  directCount,
  doubleSlot,
  pointersPerBlock,
  singleSlot,
  tripleSlot,
  type PointerBlock,
} from './block-map.ts';

/** The slots on the way from the inode to a block's pointer, and the pointers that follow it in its block. */
export interface BlockPath {
  readonly slots: readonly number[];
  readonly toBoundary: number;
}

/** fs/ext4/indirect.c: ext4_block_to_path(). Null where three levels do not reach. */
export function blockPath(geometry: Geometry, logical: number): BlockPath | null {
  const pointers = pointersPerBlock(geometry);
  const toBoundary = (block: number): number => pointers - 1 - (block % pointers);
  if (logical < directCount) return { slots: [logical], toBoundary: directCount - 1 - logical };
  let block = logical - directCount;
  if (block < pointers) return { slots: [singleSlot, block], toBoundary: toBoundary(block) };
  block -= pointers;
  if (block < pointers ** 2) {
    const slots = [doubleSlot, Math.floor(block / pointers), block % pointers];
    return { slots, toBoundary: toBoundary(block) };
  }
  block -= pointers ** 2;
  if (block >= pointers ** 3) return null;
  const upper = Math.floor(block / pointers);
  const slots = [tripleSlot, Math.floor(upper / pointers), upper % pointers, block % pointers];
  return { slots, toBoundary: toBoundary(block) };
}

/** One step of a branch: a slot of a block of pointers, and what was in it (typedef Indirect). */
export interface Link {
  readonly block: PointerBlock;
  slot: number;
  readonly key: number;
}

/** The links of a branch as far as they exist; the last one is 0 where the branch is not complete (ext4_get_branch()). */
export function getBranch(root: PointerBlock, slots: readonly number[]): Link[] {
  const links: Link[] = [];
  let block = root;
  for (const [level, slot] of slots.entries()) {
    const key = block.at(slot);
    links.push({ block, slot, key });
    if (key === 0) break;
    if (level < slots.length - 1) block = block.child(slot);
  }
  return links;
}
