import { averageFragmentOrder } from './buddy-shape.ts';
import type { AllocationContext } from './context.ts';
import { criteria } from './criteria.ts';
import type { Mballoc } from './mballoc.ts';
import { OrderLists } from './order-lists.ts';
import type { GroupSearch, GroupSearcher } from './profile.ts';
import { hints } from './request.ts';
import { scanGroup } from './scan-group.ts';
import { isSuitable } from './suitable.ts';
import { groupsFor, shortestTrim } from './search-limits.ts';

/**
 * What becomes of a group without any free fragment in the lists by average fragment: it keeps its place there, and has
 * it still when something is freed, or leaves (6.16.2, 6.12.43).
 */
export type FullGroups = 'keep-full-groups' | 'drop-full-groups';

/**
 * The group search up to 6.16: with mb_optimize_scan, groups stand in one list per order, by their largest free buddy and
 * by their average free fragment, and go to the end of another list when that changes. A list therefore is in the order
 * in which its groups were initialised or last changed, whatever their numbers (ext4_mb_choose_next_group()).
 */
class ListSearcher implements GroupSearcher {
  /** s_mb_largest_free_orders. */
  readonly #byLargest: OrderLists;
  /** s_mb_avg_fragment_size. */
  readonly #byAverage: OrderLists;

  readonly #fullGroups: FullGroups;

  constructor(fullGroups: FullGroups, groupCount: number, orders: number) {
    this.#fullGroups = fullGroups;
    this.#byLargest = new OrderLists(groupCount, orders);
    this.#byAverage = new OrderLists(groupCount, orders);
  }

  largestOrderChanged(group: number, _from: number, to: number): void {
    this.#byLargest.moveToEnd(group, to);
  }

  /** mb_update_avg_fragment_size() */
  averageOrderChanged(group: number, _from: number, to: number): void {
    if (this.#fullGroups === 'drop-full-groups') this.#byAverage.moveToEnd(group, to);
    else if (to >= 0 && to !== this.#byAverage.orderOf(group)) this.#byAverage.moveToEnd(group, to);
  }

  /**
   * One criterion of ext4_mb_regular_allocator(): the goal's group first, then as many neighbours as a rotating disk is worth,
   * then what the lists suggest; as many groups in all as there are, since a suggestion may come twice.
   */
  scanGroups(mballoc: Mballoc, context: AllocationContext): void {
    const { criterion, goal } = context;
    const groupCount = groupsFor(mballoc, context);
    const usesLists =
      mballoc.tunables.optimizeScan && context.owner.usesExtents && criterion < criteria.goalLengthSlow;
    let linear = usesLists ? mballoc.tunables.maxLinearGroups : groupCount;
    let group = goal.group;
    context.prefetchGroup = group;
    mballoc.trace?.({ event: 'criterion', cr: criterion, goal_group: goal.group, goal_len: goal.length });
    for (let considered = 1; ; considered++) {
      scanGroup(mballoc, context, group);
      if (context.status !== 'continue') return;
      if (linear > 0) {
        linear--;
        // A file without extents may start at a group behind those that it may use.
        group = group + 1 >= groupCount ? 0 : group + 1;
      } else {
        const suggested = this.#suggest(mballoc, context);
        if (suggested >= 0) group = suggested;
        else if (considered < groupCount) {
          context.criterion = criterionWithoutSuggestion(context);
          return;
        }
      }
      if (considered >= groupCount) break;
    }
    if (criterion === criteria.bestAvailableLength) goal.length = context.goalLength;
    context.criterion++;
  }

  /** The first listed group that is suitable at the context's criterion; -1 when there is none. */
  #suggest(mballoc: Mballoc, context: AllocationContext): number {
    const { orders } = mballoc.groups.shape;
    const accepts = (group: number) => isSuitable(mballoc, context, group);
    switch (context.criterion) {
      case criteria.power2Aligned:
        return firstOf(this.#byLargest, context.order, orders, accepts);
      case criteria.goalLengthFast:
        return firstOf(this.#byAverage, averageFragmentOrder(context.goal.length, orders), orders, accepts);
      default:
        return this.#suggestBestAvailable(mballoc, context, accepts);
    }
  }

  /**
   * ext4_mb_choose_next_group_best_avail(): the goal is cut to a smaller and smaller power of two until a group's average
   * fragment is that long; a later suggestion starts from the goal as it was cut.
   */
  #suggestBestAvailable(
    mballoc: Mballoc,
    context: AllocationContext,
    accepts: (group: number) => boolean,
  ): number {
    const { orders } = mballoc.groups.shape;
    const { order, lowest, stripe } = shortestTrim(mballoc, context);
    for (let cut = order; cut >= lowest; cut--) {
      context.goal.length = stripe > 0 ? Math.ceil((1 << cut) / stripe) * stripe : 1 << cut;
      const group = this.#byAverage.find(averageFragmentOrder(context.goal.length, orders), accepts);
      if (group >= 0) return group;
    }
    context.goal.length = context.goalLength;
    return -1;
  }
}

function firstOf(lists: OrderLists, from: number, end: number, accepts: (group: number) => boolean): number {
  for (let order = from; order < end; order++) {
    const group = lists.find(order, accepts);
    if (group >= 0) return group;
  }
  return -1;
}

/** Only data requests have a goal that is longer than the request, and could be cut. */
function criterionWithoutSuggestion(context: AllocationContext): number {
  if (context.criterion === criteria.power2Aligned) return criteria.goalLengthFast;
  const mayCut = context.criterion === criteria.goalLengthFast && (context.flags & hints.data) !== 0;
  return mayCut ? criteria.bestAvailableLength : criteria.goalLengthSlow;
}

/** The search up to 6.16. */
export function listSearch(fullGroups: FullGroups): GroupSearch {
  return {
    id: 'lists',
    variant: fullGroups,
    createSearcher: (groupCount, orders) => new ListSearcher(fullGroups, groupCount, orders),
  };
}
