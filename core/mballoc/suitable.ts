import type { AllocationContext } from './context.ts';
import { criteria, isExpensive } from './criteria.ts';
import type { Mballoc } from './mballoc.ts';
import { hints } from './request.ts';

/** EXT4_FLEX_SIZE_DIR_ALLOC_SCHEME: from so many groups on, a flexible group's first one is left to directories. */
const flexSizeForDirectories = 4;

/** ext4_mb_good_group(): whether a group's counters promise success at the context's criterion. */
export function isSuitable(mballoc: Mballoc, context: AllocationContext, group: number): boolean {
  const { groups } = mballoc;
  const free = groups.free[group];
  const fragments = groups.fragments[group];
  if (free === 0 || fragments === 0) return false;
  switch (context.criterion) {
    case criteria.power2Aligned:
      if (isLeftToMetadata(mballoc, context, group) || free < context.goal.length) return false;
      return context.order >= groups.shape.orders || groups.largestOrder[group] >= context.order;
    case criteria.goalLengthFast:
    case criteria.bestAvailableLength:
      return Math.floor(free / fragments) >= context.goal.length;
    case criteria.goalLengthSlow:
      return free >= context.goal.length;
    default:
      return true;
  }
}

function isLeftToMetadata(mballoc: Mballoc, context: AllocationContext, group: number): boolean {
  const { flexSize } = mballoc.geometry;
  return (context.flags & hints.data) !== 0 && flexSize >= flexSizeForDirectories && group % flexSize === 0;
}

/**
 * ext4_mb_good_group_nolock(): the same, before the group is loaded. A cheap criterion does not initialise a group for
 * its sake, unless that costs no I/O (BLOCK_UNINIT) or the group is the first of its flexible group.
 */
export function isWorthLoading(mballoc: Mballoc, context: AllocationContext, group: number): boolean {
  const { groups } = mballoc;
  const { criterion } = context;
  const free = groups.free[group];
  if (free === 0 || (criterion < criteria.anyFree && free < context.goal.length)) return false;
  if (groups.needsInit(group)) {
    if (!isExpensive(criterion) && !isFirstOfFlex(mballoc, group) && !groups.isBlockUninit(group)) {
      return false;
    }
    groups.initialise(group);
  }
  return isSuitable(mballoc, context, group);
}

function isFirstOfFlex(mballoc: Mballoc, group: number): boolean {
  const { flexBits } = mballoc.tunables;
  return flexBits > 0 && (group & ((1 << flexBits) - 1)) === 0;
}
