import { assert } from '../assert.ts';
import { findExtent, markUsed, type Measured } from './buddy.ts';
import type { AllocationContext } from './context.ts';
import type { Mballoc } from './mballoc.ts';
import { makePreallocation } from './preallocation/make.ts';
import { hints } from './request.ts';

/**
 * ext4_mb_use_best_found(): takes the best extent out of its group's buddy, at most as long as the goal. What goes
 * beyond the request becomes a preallocation; a stream allocation leaves its group as the next stream goal.
 */
export function useBestFound(mballoc: Mballoc, context: AllocationContext): void {
  const { best, goal } = context;
  assert(context.status !== 'found', 'an allocation takes clusters once');
  best.length = Math.min(best.length, goal.length);
  best.logical = goal.logical;
  markUsed(mballoc.groups, best.group, best.start, best.length, context);
  mballoc.discardSequence++;
  context.taken.copy(best);
  context.status = 'found';
  if ((context.flags & hints.stream) !== 0) {
    const slot = context.owner.ino % mballoc.streamGroups.length;
    mballoc.streamGroups[slot] = best.group;
    mballoc.streamStarts[slot] = best.start;
  }
  mballoc.trace?.({ event: 'group', group: best.group, cr: context.criterion, verdict: 'taken' });
  if (context.original.length < best.length) makePreallocation(mballoc, context);
}

/**
 * ext4_mb_check_limits(): a good enough extent is used once enough others were measured or the group is done; after too
 * many without one the search stops.
 */
export function checkLimits(mballoc: Mballoc, context: AllocationContext, groupDone: boolean): void {
  if (context.status === 'found') return;
  const { maxToScan, minToScan } = mballoc.tunables;
  if (context.extentsFound > maxToScan && (context.flags & hints.first) === 0) {
    context.status = 'break';
    return;
  }
  if (context.best.length < context.goal.length) return;
  if (groupDone || context.extentsFound > minToScan) useBestFound(mballoc, context);
}

/**
 * ext4_mb_measure_extent(): an extent of exactly the goal's length is used at once. Otherwise it is remembered when it
 * is better: longer while the goal is not reached, shorter once it is.
 */
export function measureExtent(
  mballoc: Mballoc,
  context: AllocationContext,
  group: number,
  extent: Measured,
): void {
  const { best, goal } = context;
  context.extentsFound++;
  if ((context.flags & hints.first) !== 0 || extent.length === goal.length) {
    best.set(goal.logical, group, extent.start, extent.length);
    useBestFound(mballoc, context);
    return;
  }
  if (best.length === 0) {
    best.set(goal.logical, group, extent.start, extent.length);
    return;
  }
  const better =
    best.length < goal.length
      ? extent.length > best.length
      : extent.length > goal.length && extent.length < best.length;
  if (better) best.set(goal.logical, group, extent.start, extent.length);
  checkLimits(mballoc, context, false);
}

const measured: Measured = { start: 0, length: 0 };

/** ext4_mb_try_best_found(): the search ended without a good extent, so the best one seen is used. */
export function tryBestFound(mballoc: Mballoc, context: AllocationContext): void {
  const { best } = context;
  const length = findExtent(mballoc.groups, best.group, best.start, best.length, measured);
  assert(length > 0, 'the best extent is still free');
  best.length = length;
  useBestFound(mballoc, context);
}
