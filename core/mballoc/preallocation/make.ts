import { assert } from '../../assert.ts';
import type { AllocationContext } from '../context.ts';
import type { Mballoc } from '../mballoc.ts';
import { hints } from '../request.ts';
import { InodePreallocations, preallocationsOf } from './inode-tree.ts';
import { Preallocation } from './space.ts';
import { useGroupSpace, useInodeSpace } from './use.ts';

/** ext4_mb_new_preallocation(): more was taken from the buddy than was asked for, and the rest is kept. */
export function makePreallocation(mballoc: Mballoc, context: AllocationContext): void {
  assert(
    context.owner.isRegular && context.original.length < context.best.length,
    'only a regular file preallocates, and only what is over',
  );
  if ((context.flags & hints.groupAllocation) !== 0) makeGroupSpace(mballoc, context);
  else makeInodeSpace(mballoc, context);
}

/** ext4_mb_new_inode_pa(). */
function makeInodeSpace(mballoc: Mballoc, context: AllocationContext): void {
  const { owner, best } = context;
  best.logical = firstLogical(mballoc, context);
  const space = new Preallocation('inode', owner, placeOfBest(mballoc, context, best.logical), best.length);
  traceNew(mballoc, context, space, 'ext4_mb_new_inode_pa');
  useInodeSpace(mballoc, context, space);
  mballoc.groupLists.add(space);
  let tree = preallocationsOf(owner, mballoc.mark);
  if (tree === null) {
    tree = new InodePreallocations(mballoc.mark);
    owner.preallocations = tree;
  }
  tree.insert(space);
}

/**
 * Which logical blocks a space stands for. When less was found than the goal wanted, it is placed so that it still
 * covers the request: at the goal's end, else at its start, else at the request's own first block.
 */
function firstLogical(mballoc: Mballoc, context: AllocationContext): number {
  const { original, goal, best, goalLength } = context;
  if (best.length >= goalLength) return best.logical;
  const { layout } = mballoc;
  assert(
    goal.logical <= original.logical && goal.length >= original.length,
    'a goal covers the request it was made from',
  );
  const found = layout.blocksFor(best.length);
  const atEnd = goal.logical + layout.blocksFor(goalLength) - found;
  if (original.logical >= atEnd) return atEnd;
  const foundEnd = goal.logical + found;
  const covers = mballoc.profile.coversRequestEnd
    ? original.logical + layout.blocksFor(original.length) <= foundEnd
    : original.logical < foundEnd;
  return covers ? goal.logical : original.logical;
}

/** ext4_mb_new_group_pa(). It enters the locality group's lists when the context is released. */
function makeGroupSpace(mballoc: Mballoc, context: AllocationContext): void {
  const { best } = context;
  const physical = mballoc.layout.blockAt(best.group, best.start);
  const space = new Preallocation('group', null, placeOfBest(mballoc, context, physical), best.length);
  traceNew(mballoc, context, space, 'ext4_mb_new_group_pa');
  useGroupSpace(context, space);
  mballoc.groupLists.add(space);
}

function placeOfBest(mballoc: Mballoc, context: AllocationContext, logical: number) {
  const { group, start } = context.best;
  return { group, cluster: start, physical: mballoc.layout.blockAt(group, start), logical };
}

function traceNew(
  mballoc: Mballoc,
  context: AllocationContext,
  space: Preallocation,
  event: 'ext4_mb_new_inode_pa' | 'ext4_mb_new_group_pa',
): void {
  mballoc.trace?.({
    event,
    ino: context.owner.ino,
    pa_pstart: space.physical,
    pa_lstart: space.logical,
    pa_len: space.length,
  });
}
