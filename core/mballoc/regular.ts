import { tryBestFound, useBestFound } from './best-found.ts';
import { findExtent, type Measured } from './buddy.ts';
import { lastSet } from './buddy-shape.ts';
import type { AllocationContext } from './context.ts';
import { criteria, criteriaCount } from './criteria.ts';
import type { Mballoc } from './mballoc.ts';
import { finishPrefetch } from './prefetch.ts';
import { checkAlignedAnswer, isAlignedRequest, mustStop, warnOfOddLength } from './aligned.ts';
import { hints } from './request.ts';

/** ext4_mb_regular_allocator(): the goal first, then the groups, criterion by criterion. The context's status tells. */
export function allocateFromBuddies(mballoc: Mballoc, context: AllocationContext): void {
  context.prefetchCount = 0;
  if (!isAlignedRequest(context)) tryGoal(mballoc, context);
  if (context.status !== 'found' && (context.flags & hints.goalOnly) === 0) searchGroups(mballoc, context);
  if (isAlignedRequest(context)) checkAlignedAnswer(mballoc, context);
  if (context.prefetchCount > 0) finishPrefetch(mballoc, context.prefetchGroup, context.prefetchCount);
}

const measured: Measured = { start: 0, length: 0 };

/**
 * ext4_mb_find_by_goal(): takes what lies at the goal when all of it is free; when merging was asked for, also less.
 * A request of exactly one stripe is taken there only at a stripe's beginning.
 */
function tryGoal(mballoc: Mballoc, context: AllocationContext): void {
  const { goal } = context;
  const { groups, layout } = mballoc;
  if ((context.flags & (hints.tryGoal | hints.goalOnly)) === 0 || groups.free[goal.group] === 0) return;
  const length = findExtent(groups, goal.group, goal.start, goal.length, measured);
  const { stripeBlocks } = mballoc.tunables;
  let use: boolean;
  if (length >= goal.length && goal.length === layout.clustersFor(stripeBlocks)) {
    use = layout.blockAt(goal.group, measured.start) % stripeBlocks === 0;
  } else {
    use = length >= goal.length || (length > 0 && (context.flags & hints.merge) !== 0);
  }
  mballoc.trace?.({
    event: 'goal-tried',
    group: goal.group,
    start: goal.start,
    length: goal.length,
    taken: use,
  });
  if (!use) return;
  context.extentsFound++;
  context.best.set(goal.logical, goal.group, measured.start, length);
  useBestFound(mballoc, context);
}

function searchGroups(mballoc: Mballoc, context: AllocationContext): void {
  const { goal } = context;
  context.order = orderOfPower2(mballoc, goal.length);
  if ((context.flags & hints.stream) !== 0) aimAtStream(mballoc, context);
  context.criterion = context.order > 0 ? criteria.power2Aligned : criteria.goalLengthFast;
  context.prefetchReads = 0;
  if (isAlignedRequest(context)) warnOfOddLength(mballoc, context);
  while (context.criterion < criteriaCount && context.status === 'continue' && !mustStop(context)) {
    mballoc.searcher.scanGroups(mballoc, context);
  }
  if (context.best.length === 0 || context.status === 'found' || (context.flags & hints.first) !== 0) return;
  // The kernel starts again where another CPU was quicker to take the best extent; nobody is here.
  tryBestFound(mballoc, context);
}

/** A large file goes on where the last one of its slot ended. */
function aimAtStream(mballoc: Mballoc, context: AllocationContext): void {
  const { goal, owner } = context;
  const { streamGroups, streamStarts } = mballoc;
  const slot = owner.ino % streamGroups.length;
  goal.group = streamGroups[slot];
  if (mballoc.profile.streamGoals.keepsStart) {
    goal.start = streamStarts[slot];
  } else {
    goal.start = -1;
    context.flags &= ~hints.tryGoal;
  }
  mballoc.trace?.({ event: 'goal', source: 'stream', group: goal.group, start: goal.start });
}

/** ac_2order: the order of a goal that is a power of two of at least s_mb_order2_reqs; 0 for others. */
function orderOfPower2(mballoc: Mballoc, clusters: number): number {
  const order = lastSet(clusters);
  if (order < mballoc.tunables.orderTwoRequests || order > mballoc.groups.shape.orders) return 0;
  return (clusters & (clusters - 1)) === 0 ? order - 1 : 0;
}
