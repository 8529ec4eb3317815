import { assert } from '../assert.ts';
import { checkLimits, measureExtent, useBestFound } from './best-found.ts';
import { findNextClear, findNextSet, testBit } from './bits.ts';
import { findExtent, type Measured } from './buddy.ts';
import type { AllocationContext } from './context.ts';
import { criteria, isExpensive } from './criteria.ts';
import type { Mballoc } from './mballoc.ts';

/** __ext4_mb_scan_group(): looks for free clusters in one group, in the way that the criterion asks for. */
export function scanInside(mballoc: Mballoc, context: AllocationContext, group: number): void {
  context.groupsScanned++;
  const { criterion } = context;
  if (criterion === criteria.power2Aligned) {
    scanBuddies(mballoc, context, group);
    return;
  }
  const { stripeBlocks } = mballoc.tunables;
  const { clusterRatio } = mballoc.layout;
  const wholeStripes =
    stripeBlocks > 0 &&
    stripeBlocks >= clusterRatio &&
    context.goal.length % mballoc.layout.clustersFor(stripeBlocks) === 0;
  if (wholeStripes && !isExpensive(criterion)) {
    scanStripes(mballoc, context, group);
    if (!mballoc.profile.stripeFallsBack) return;
  }
  if (context.status === 'continue') scanBitmap(mballoc, context, group);
}

/** ext4_mb_simple_scan_group(): the first free buddy of the wanted order or above. */
function scanBuddies(mballoc: Mballoc, context: AllocationContext, group: number): void {
  const { groups } = mballoc;
  const { orders, base, bits } = groups.shape;
  const words = groups.load(group);
  for (let order = context.order; order < orders; order++) {
    if (groups.counters[group * orders + order] === 0) continue;
    const end = base[order] + bits[order];
    const found = findNextClear(words, end, base[order]);
    assert(found < end, 'a group has the free buddies that it counts', group);
    context.extentsFound++;
    context.best.set(context.goal.logical, group, (found - base[order]) << order, 1 << order);
    useBestFound(mballoc, context);
    return;
  }
}

const measured: Measured = { start: 0, length: 0 };

/** ext4_mb_complex_scan_group(): measures the free extents of the bitmap, from the first free cluster on. */
function scanBitmap(mballoc: Mballoc, context: AllocationContext, group: number): void {
  const { groups } = mballoc;
  const { clusters } = groups.shape;
  const words = groups.load(group);
  let free = groups.free[group];
  let at = groups.firstFree[group];
  while (free > 0 && context.status === 'continue') {
    at = findNextClear(words, clusters, at);
    assert(at < clusters, 'a group has the free clusters that it counts', group);
    if (!isExpensive(context.criterion)) {
      // No further than the goal's length: that it is there is all that counts.
      const end = findNextSet(words, Math.min(clusters, at + context.goal.length), at);
      if (end - at < context.goal.length) {
        free -= end - at;
        at = end;
        continue;
      }
    }
    findExtent(groups, group, at, context.goal.length, measured);
    assert(measured.length > 0 && measured.length <= free, 'a free extent of a group is free', group);
    const { length } = measured;
    measureExtent(mballoc, context, group, measured);
    at += length;
    free -= length;
  }
  checkLimits(mballoc, context, true);
}

/** ext4_mb_scan_aligned(): the first free stripe that begins at a multiple of the stripe's length. */
function scanStripes(mballoc: Mballoc, context: AllocationContext, group: number): void {
  const { groups, layout } = mballoc;
  const { stripeBlocks } = mballoc.tunables;
  const { clusters } = groups.shape;
  const words = groups.load(group);
  const firstBlock = layout.firstBlock(group);
  const stripe = layout.clustersFor(stripeBlocks);
  const offset = Math.ceil(firstBlock / stripeBlocks) * stripeBlocks - firstBlock;
  for (let at = offset >> layout.clusterBits; at < clusters; at += stripe) {
    if (testBit(words, at)) continue;
    if (findExtent(groups, group, at, stripe, measured) < stripe) continue;
    context.extentsFound++;
    context.best.set(context.goal.logical, group, measured.start, measured.length);
    useBestFound(mballoc, context);
    return;
  }
}
