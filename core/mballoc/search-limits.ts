import { lastSet } from './buddy-shape.ts';
import type { AllocationContext } from './context.ts';
import type { Mballoc } from './mballoc.ts';

/** ext4_get_allocation_groups_count(): files without extents must stay below block 2^32. */
export function groupsFor(mballoc: Mballoc, context: AllocationContext): number {
  return context.owner.usesExtents ? mballoc.layout.groupCount : mballoc.tunables.blockfileGroups;
}

/**
 * How far CR_BEST_AVAIL_LEN may cut the goal: from its own order down to an eighth of it, a stripe, or the request. Stripe
 * in clusters, 0 when off.
 */
export function shortestTrim(
  mballoc: Mballoc,
  context: AllocationContext,
): { readonly order: number; readonly lowest: number; readonly stripe: number } {
  const { tunables, layout } = mballoc;
  const stripe = layout.clustersFor(tunables.stripeBlocks);
  const order = lastSet(context.goal.length) - 1;
  let lowest = Math.max(order - tunables.bestAvailableTrimOrder, 0);
  if (stripe > 0 && 1 << lowest < stripe) lowest = lastSet(stripe) - 1;
  if (1 << lowest < context.original.length) lowest = lastSet(context.original.length);
  return { order, lowest, stripe };
}
