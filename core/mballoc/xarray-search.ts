import { averageFragmentOrder } from './buddy-shape.ts';
import type { AllocationContext } from './context.ts';
import { criteria } from './criteria.ts';
import { GroupSet } from './group-set.ts';
import { scanLinearly } from './linear-search.ts';
import type { Mballoc } from './mballoc.ts';
import type { GroupSearch, GroupSearcher } from './profile.ts';
import { hints } from './request.ts';
import { scanGroup } from './scan-group.ts';
import { groupsFor, shortestTrim } from './search-limits.ts';

/** Which files are searched for with the index: those without extents were left out at first. */
export type IndexedFiles = 'all-files' | 'extent-files';

/**
 * The group search since 6.17: groups stand in one set per order, by their largest free buddy and by their average
 * free fragment, and a set is walked by group number from the goal's group on, then from the first group to it
 * (ext4_mb_scan_groups()).
 */
class XarraySearcher implements GroupSearcher {
  /** s_mb_largest_free_orders and s_mb_avg_fragment_size. */
  readonly #byLargest: readonly GroupSet[];
  readonly #byAverage: readonly GroupSet[];
  readonly #indexed: IndexedFiles;

  constructor(indexed: IndexedFiles, groupCount: number, orders: number) {
    this.#indexed = indexed;
    this.#byLargest = Array.from({ length: orders }, () => new GroupSet(groupCount));
    this.#byAverage = Array.from({ length: orders }, () => new GroupSet(groupCount));
  }

  largestOrderChanged(group: number, from: number, to: number): void {
    move(this.#byLargest, group, from, to);
  }

  averageOrderChanged(group: number, from: number, to: number): void {
    move(this.#byAverage, group, from, to);
  }

  scanGroups(mballoc: Mballoc, context: AllocationContext): void {
    const { tunables } = mballoc;
    const { usesExtents } = context.owner;
    const groupCount = groupsFor(mballoc, context);
    const mayUseIndex = usesExtents || this.#indexed === 'all-files';
    let start = context.goal.group;
    if (start >= groupCount && mayUseIndex) start = 0;
    context.prefetchGroup = start;
    context.prefetchCount = 0;
    const { criterion, goal } = context;
    mballoc.trace?.({ event: 'criterion', cr: criterion, goal_group: goal.group, goal_len: goal.length });
    if (!tunables.optimizeScan || criterion >= criteria.goalLengthSlow || !mayUseIndex) {
      scanLinearly(mballoc, context, groupCount, start, groupCount);
      return;
    }
    if (tunables.maxLinearGroups > 0) {
      start = scanLinearly(mballoc, context, groupCount, start, tunables.maxLinearGroups);
      if (context.status !== 'continue') return;
    }
    if (context.criterion === criteria.power2Aligned) this.#scanPower2(mballoc, context, start);
    else if (context.criterion === criteria.goalLengthFast) this.#scanGoalFast(mballoc, context, start);
    else if (context.criterion === criteria.bestAvailableLength) {
      this.#scanBestAvailable(mballoc, context, start);
    }
  }

  /** ext4_mb_scan_groups_p2_aligned(). */
  #scanPower2(mballoc: Mballoc, context: AllocationContext, start: number): void {
    const { orders } = mballoc.groups.shape;
    for (const [from, end] of twoRanges(start, groupsFor(mballoc, context))) {
      for (let order = context.order; order < orders; order++) {
        scanSet(mballoc, context, this.#byLargest[order], from, end);
        if (context.status !== 'continue') return;
      }
    }
    context.criterion = criteria.goalLengthFast;
  }

  /** ext4_mb_scan_groups_goal_fast(). */
  #scanGoalFast(mballoc: Mballoc, context: AllocationContext, start: number): void {
    const { orders } = mballoc.groups.shape;
    for (const [from, end] of twoRanges(start, groupsFor(mballoc, context))) {
      for (let order = averageFragmentOrder(context.goal.length, orders); order < orders; order++) {
        scanSet(mballoc, context, this.#byAverage[order], from, end);
        if (context.status !== 'continue') return;
      }
    }
    context.criterion =
      (context.flags & hints.data) !== 0 ? criteria.bestAvailableLength : criteria.goalLengthSlow;
  }

  /**
   * ext4_mb_scan_groups_best_avail(): the goal is cut to smaller and smaller powers of two (in whole stripes), down to
   * an eighth of it or to the request, until a group has fragments of that size on average.
   */
  #scanBestAvailable(mballoc: Mballoc, context: AllocationContext, start: number): void {
    const { orders } = mballoc.groups.shape;
    const { order, lowest, stripe } = shortestTrim(mballoc, context);
    for (const [from, end] of twoRanges(start, groupsFor(mballoc, context))) {
      for (let cut = order; cut >= lowest; cut--) {
        context.goal.length = stripe > 0 ? Math.ceil((1 << cut) / stripe) * stripe : 1 << cut;
        const set = this.#byAverage[averageFragmentOrder(context.goal.length, orders)];
        scanSet(mballoc, context, set, from, end);
        if (context.status !== 'continue') return;
      }
    }
    context.goal.length = context.goalLength;
    context.criterion = criteria.goalLengthSlow;
  }
}

function move(sets: readonly GroupSet[], group: number, from: number, to: number): void {
  if (from >= 0) sets[from].delete(group);
  if (to >= 0) sets[to].add(group);
}

/** From the start to the last group, then from the first to the start. */
function twoRanges(start: number, groupCount: number): readonly (readonly [number, number])[] {
  return start === 0
    ? [[0, groupCount]]
    : [
        [start, groupCount],
        [0, start],
      ];
}

/** ext4_mb_scan_groups_xa_range(): groups may change sets while the walk goes on. */
function scanSet(
  mballoc: Mballoc,
  context: AllocationContext,
  set: GroupSet,
  from: number,
  end: number,
): void {
  if (set.isEmpty) return;
  for (let group = set.next(from, end); group < end; group = set.next(group + 1, end)) {
    scanGroup(mballoc, context, group);
    if (context.status !== 'continue') return;
  }
}

/** The search since 6.17, for all files or only for those with extents. */
export function xarraySearch(indexed: IndexedFiles): GroupSearch {
  return {
    id: 'xarrays',
    variant: indexed,
    createSearcher: (groupCount, orders) => new XarraySearcher(indexed, groupCount, orders),
  };
}
