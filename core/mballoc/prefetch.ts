import type { AllocationContext } from './context.ts';
import { isExpensive } from './criteria.ts';
import { groupState } from './group-state.ts';
import type { Mballoc } from './mballoc.ts';

/**
 * ext4_mb_might_prefetch(): where the search reaches the group that the last prefetch ended at, the bitmaps of the next
 * ones are asked for, within their flexible group. Only what {@link finishPrefetch} then initialises matters here, and
 * the number of reads, which is limited while the search is cheap.
 */
export function mightPrefetch(mballoc: Mballoc, context: AllocationContext, group: number): void {
  if (context.prefetchGroup !== group) return;
  const { prefetchGroups, prefetchLimit } = mballoc.tunables;
  if (!isExpensive(context.criterion) && context.prefetchReads >= prefetchLimit) return;
  let count = prefetchGroups;
  if (mballoc.geometry.features.flexBg) {
    const { flexSize } = mballoc.geometry;
    count = Math.min(flexSize - (group % flexSize), prefetchGroups);
  }
  context.prefetchCount = count;
  context.prefetchGroup = prefetch(mballoc, context, group, count);
}

/** ext4_mb_prefetch(): returns the group behind the last one. */
function prefetch(mballoc: Mballoc, context: AllocationContext, first: number, count: number): number {
  const { groups, layout } = mballoc;
  if (groups.uninitialised === 0) return (first + count) % layout.groupCount;
  let group = first;
  for (let i = 0; i < count; i++) {
    const state = groups.state[group];
    groups.state[group] |= groupState.prefetched;
    if (
      (state & groupState.prefetched) === 0 &&
      (state & groupState.needsInit) !== 0 &&
      groups.descriptorFree[group] > 0
    ) {
      if ((state & (groupState.cached | groupState.blockUninit)) === 0) context.prefetchReads++;
      groups.state[group] |= groupState.cached;
    }
    if (++group >= layout.groupCount) group = 0;
  }
  return group;
}

/** ext4_mb_prefetch_fini(): the groups of the last prefetch are initialised, from the last one backwards. */
export function finishPrefetch(mballoc: Mballoc, end: number, count: number): void {
  const { groups, layout } = mballoc;
  if (groups.uninitialised === 0) return;
  let group = end;
  for (let i = 0; i < count; i++) {
    group = (group === 0 ? layout.groupCount : group) - 1;
    if (groups.needsInit(group) && groups.descriptorFree[group] > 0) groups.initialise(group);
  }
}
