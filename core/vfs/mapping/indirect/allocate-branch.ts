import { Refused } from '../../../errno.ts';
import { freeFlags, hints, type Allocated, type AllocationRequest } from '../../../mballoc/request.ts';
import type { BlockFile } from '../file.ts';
import { PointerBlock, pointersPerBlock } from './block-map.ts';
import type { Link } from './branch.ts';

/**
 * Allocates the missing blocks of pointers of a branch and its data, and hangs all of it into the link that was empty
 * (fs/ext4/indirect.c: ext4_alloc_branch(), ext4_splice_branch()). `slots` are those in the missing blocks. Throws
 * Refused, and then nothing has changed.
 */
export function allocateBranch(
  file: BlockFile,
  link: Link,
  slots: readonly number[],
  request: AllocationRequest,
): Allocated {
  const { allocator, geometry } = file.mount;
  const nodes: number[] = [];
  let goal = request.goal;
  let data: Allocated;
  try {
    while (nodes.length < slots.length) {
      goal = allocator.allocateMetadata(file.inode, goal, request.flags & hints.delallocReserved, 1).physical;
      nodes.push(goal);
    }
    data = allocator.allocate({ ...request, goal });
  } catch (error) {
    if (error instanceof Refused) takeBack(file, nodes);
    throw error;
  }

  let { block, slot } = link;
  for (const [level, physical] of nodes.entries()) {
    const child = new PointerBlock(physical, pointersPerBlock(geometry));
    block.set(slot, physical);
    block.children.set(slot, child);
    block = child;
    slot = slots[level] ?? 0;
  }
  for (let count = 0; count < data.length; count++) block.set(slot + count, data.physical + count);
  return data;
}

/** Frees the new blocks of pointers, as data: nothing ever referred to them. Only those that were filled are forgotten. */
function takeBack(file: BlockFile, nodes: readonly number[]): void {
  for (let level = nodes.length - 1; level >= 0; level--) {
    const wasFilled = level < nodes.length - 1;
    file.mount.allocator.free(file.inode, nodes[level] ?? 0, 1, wasFilled ? freeFlags.forget : 0);
  }
}
