import { freeFlags } from '../../../mballoc/request.ts';
import type { BlockFile } from '../file.ts';
import { dataFreeFlags } from '../free-flags.ts';
import type { PointerBlock } from './block-map.ts';

/**
 * Frees what the slots [first, last) of a block lead to, `depth` levels of pointers deep, from the last slot to the
 * first (fs/ext4/indirect.c: ext4_free_branches()); data in ascending runs (ext4_free_data()).
 */
export function freeBranches(
  file: BlockFile,
  block: PointerBlock,
  first: number,
  last: number,
  depth: number,
): void {
  if (depth === 0) {
    freeData(file, block, first, last);
    return;
  }
  for (let slot = last - 1; slot >= first; slot--) {
    const pointer = block.at(slot);
    if (pointer === 0) continue;
    const child = block.child(slot);
    freeBranches(file, child, 0, child.pointers.length, depth - 1);
    file.mount.allocator.free(file.inode, pointer, 1, freeFlags.metadata | freeFlags.forget);
    block.clear(slot);
  }
}

/** Frees data blocks in slots [first, last), one call for each run that is contiguous on disk. */
export function freeData(file: BlockFile, block: PointerBlock, first: number, last: number): void {
  let start = 0;
  let count = 0;
  for (let slot = first; slot < last; slot++) {
    const pointer = block.at(slot);
    if (pointer === 0) continue;
    block.clear(slot);
    if (count > 0 && pointer === start + count) {
      count += 1;
      continue;
    }
    if (count > 0) freeRun(file, start, count);
    start = pointer;
    count = 1;
  }
  if (count > 0) freeRun(file, start, count);
}

/** ext4_clear_blocks(). */
function freeRun(file: BlockFile, physical: number, length: number): void {
  file.mount.allocator.free(file.inode, physical, length, freeFlags.validated | dataFreeFlags(file));
}
