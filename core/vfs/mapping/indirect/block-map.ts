import { assert } from '../../../assert.ts';
import type { Geometry } from '../../../ext4/geometry.ts';

/** EXT4_NDIR_BLOCKS: pointers in the inode that lead to data at once. */
export const directCount = 12;
/** EXT4_IND_BLOCK, EXT4_DIND_BLOCK, EXT4_TIND_BLOCK: the inode's other three pointers. */
export const singleSlot = 12;
export const doubleSlot = 13;
export const tripleSlot = 14;
const rootPointers = 15;

/** EXT4_ADDR_PER_BLOCK(). */
export function pointersPerBlock(geometry: Geometry): number {
  return geometry.blockSizeBytes / 4;
}

/** A block of pointers, or the inode's own fifteen. A pointer of 0 is a hole. */
export class PointerBlock {
  /** Null for the inode's own. */
  readonly physical: number | null;
  readonly pointers: Uint32Array;
  /** The blocks that pointers above the last level lead to, by slot. */
  readonly children = new Map<number, PointerBlock>();

  constructor(physical: number | null, count: number) {
    this.physical = physical;
    this.pointers = new Uint32Array(count);
  }

  at(slot: number): number {
    const pointer = this.pointers[slot];
    assert(pointer !== undefined, 'the slot lies in the block');
    return pointer;
  }

  set(slot: number, pointer: number): void {
    assert(pointer >= 0 && pointer <= 0xffffffff, 'files without extents stay below block 2^32');
    this.pointers[slot] = pointer;
  }

  child(slot: number): PointerBlock {
    const child = this.children.get(slot);
    assert(child !== undefined, 'a pointer above the last level leads to a block of pointers');
    return child;
  }

  clear(slot: number): void {
    this.pointers[slot] = 0;
    this.children.delete(slot);
  }
}

/** i_data of an inode without extents. */
export type BlockMap = PointerBlock;

/** i_data of a file without blocks. */
export function emptyBlockMap(): BlockMap {
  return new PointerBlock(null, rootPointers);
}
