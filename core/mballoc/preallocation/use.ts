import type { AllocationContext } from '../context.ts';
import type { Mballoc } from '../mballoc.ts';
import { hints } from '../request.ts';
import { maxBlockOfMappedFile } from '../tunables.ts';
import { preallocationsOf } from './inode-tree.ts';
import { localityOrder, localityOrders } from './locality.ts';
import type { Preallocation } from './space.ts';

/**
 * ext4_mb_use_preallocated(): serves a data request from the inode's space that covers its first block, or a small
 * file's from the locality group's nearest one that is big enough. False when neither can.
 */
export function usePreallocated(mballoc: Mballoc, context: AllocationContext): boolean {
  if ((context.flags & hints.data) === 0) return false;
  const own = spaceCovering(mballoc, context);
  if (own !== null) {
    own.inUse = true;
    useInodeSpace(mballoc, context, own);
    return true;
  }
  if (!context.usesLocality) return false;
  const shared = nearestSharedSpace(mballoc, context);
  if (shared === null) return false;
  shared.inUse = true;
  useGroupSpace(context, shared);
  return true;
}

/** The inode's space that covers the request's first block and may serve it. */
function spaceCovering(mballoc: Mballoc, context: AllocationContext): Preallocation | null {
  const { owner, original } = context;
  const space = preallocationsOf(owner, mballoc.mark)?.atOrBefore(original.logical) ?? null;
  if (space === null) return null;
  const { clusterRatio } = mballoc.layout;
  if (original.logical >= space.logicalEnd(clusterRatio)) return null;
  if (!owner.usesExtents && space.physical + space.length * clusterRatio > maxBlockOfMappedFile) return null;
  if (space.free > 0 && servesExactGoal(mballoc, context, space)) {
    if (isAlignedInside(mballoc, context, space)) return space;
    // A second preallocation for the same logical block must not come to be.
    context.flags |= hints.noPreallocation;
  }
  return null;
}

/** ext4_mb_pa_goal_check(): a request for exact blocks is served only where the space has just these. */
function servesExactGoal(mballoc: Mballoc, context: AllocationContext, space: Preallocation): boolean {
  if ((context.flags & hints.goalOnly) === 0) return true;
  const { goal } = context;
  const into = goal.logical - space.logical;
  if (mballoc.layout.blockAt(goal.group, goal.start) !== space.physical + into) return false;
  return goal.length <= space.length - Math.floor(into / mballoc.layout.clusterRatio);
}

/** ext4_mb_pa_check() of the RFC: an aligned request is served where it begins aligned and fits whole. */
function isAlignedInside(mballoc: Mballoc, context: AllocationContext, space: Preallocation): boolean {
  if ((context.flags & hints.aligned) === 0) return true;
  const into = context.goal.logical - space.logical;
  const length = mballoc.layout.blocksFor(context.goal.length);
  if ((space.physical + into) % length !== 0) return false;
  return length <= mballoc.layout.blocksFor(space.length) - into;
}

/** ext4_mb_use_inode_pa(). */
export function useInodeSpace(mballoc: Mballoc, context: AllocationContext, space: Preallocation): void {
  const { layout } = mballoc;
  const { original, best } = context;
  const start = space.physical + (original.logical - space.logical);
  const end = Math.min(
    space.physical + layout.blocksFor(space.length),
    start + layout.blocksFor(original.length),
  );
  best.group = space.group;
  best.start = layout.clusterOf(start);
  best.length = layout.clustersFor(end - start);
  context.status = 'found';
  context.space = space;
  space.use(best.start - space.cluster, best.length);
}

/** ext4_mb_use_group_pa(); the space itself moves on when the context is released. */
export function useGroupSpace(context: AllocationContext, space: Preallocation): void {
  context.best.group = space.group;
  context.best.start = space.cluster;
  context.best.length = context.original.length;
  context.status = 'found';
  context.space = space;
}

/** The locality group's space that lies nearest to the goal, among those with enough free clusters. */
function nearestSharedSpace(mballoc: Mballoc, context: AllocationContext): Preallocation | null {
  const { goal, original } = context;
  const goalBlock = mballoc.layout.blockAt(goal.group, goal.start);
  let nearest: Preallocation | null = null;
  let distance = Infinity;
  for (let order = localityOrder(original.length); order < localityOrders; order++) {
    for (const space of mballoc.locality.lists[order]) {
      if (space.deleted || space.free < original.length) continue;
      const away = Math.abs(goalBlock - space.physical);
      if (away >= distance) continue;
      nearest = space;
      distance = away;
    }
  }
  return nearest;
}
