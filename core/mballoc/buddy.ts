import { assert } from '../assert.ts';
import { findNextSet, setBits, testBit } from './bits.ts';
import { chunkOrder, type Groups } from './groups.ts';

/** A piece of a group that mb_find_extent() measured; written into an object of the caller's. */
export interface Measured {
  start: number;
  length: number;
}

/**
 * mb_find_order_for_block(): order of the free buddy that holds `cluster`; 0 when it is a single one, which a cluster with
 * its partner in use always is.
 */
function orderOf(groups: Groups, words: Int32Array, cluster: number): number {
  if (testBit(words, cluster ^ 1)) return 0;
  const { base, orders } = groups.shape;
  for (let order = 1; order < orders; order++) {
    if (!testBit(words, base[order] + (cluster >>> order))) return order;
  }
  return 0;
}

/**
 * mb_find_extent(): free clusters from `cluster` on, counted buddy by buddy until `needed` are there. The answer may be
 * longer than needed, and shorter than the free run. Length 0 when `cluster` is in use.
 */
export function findExtent(
  groups: Groups,
  group: number,
  cluster: number,
  needed: number,
  into: Measured,
): number {
  const words = groups.load(group);
  into.start = cluster;
  into.length = 0;
  if (testBit(words, cluster)) return 0;
  let order = orderOf(groups, words, cluster);
  const size = 1 << order;
  into.length = size - (cluster & (size - 1));
  let next = (cluster & ~(size - 1)) + size;
  while (needed > into.length) {
    if (testBit(words, next)) break;
    order = orderOf(groups, words, next);
    into.length += 1 << order;
    next = ((next >>> order) + 1) << order;
  }
  return into.length;
}

/** What mb_mark_used() remembers of the first split, for the tracepoint: clusters left then, and the buddy's order. */
export interface Split {
  tail: number;
  buddy: number;
}

/** mb_mark_used(): takes free clusters out of bitmap and buddy. */
export function markUsed(groups: Groups, group: number, start: number, length: number, split: Split): void {
  const words = groups.load(group);
  const { base, orders } = groups.shape;
  const counterBase = group * orders;
  takeFromCounts(groups, words, group, start, length);
  split.tail = 0;
  split.buddy = 0;
  const end = start + length;
  let at = start;
  while (at < end) {
    const order = orderOf(groups, words, at);
    const size = 1 << order;
    const chunk = at & ~(size - 1);
    const bit = base[order] + (at >>> order);
    words[bit >>> 5] |= 1 << (bit & 31);
    groups.counters[counterBase + order]--;
    if (chunk === at && end - at >= size) {
      at += size;
      continue;
    }
    if (split.tail === 0 && split.buddy === 0) {
      split.tail = (end - at) & 0xffff;
      split.buddy = order;
    }
    if (at > chunk) markFree(groups, words, group, chunk, at - chunk);
    if (end < chunk + size) {
      markFree(groups, words, group, end, chunk + size - end);
      break;
    }
    at = chunk + size;
  }
  setBits(words, start, length);
  groups.updateOrders(group);
}

/** The counters of mb_mark_used(): free clusters, first free one, fragments. */
function takeFromCounts(
  groups: Groups,
  words: Int32Array,
  group: number,
  start: number,
  length: number,
): void {
  assert(
    findNextSet(words, start + length, start) === start + length,
    'clusters are free before they are taken',
    start,
  );
  groups.free[group] -= length;
  if (groups.firstFree[group] === start) groups.firstFree[group] += length;
  const leftIsFree = start !== 0 && !testBit(words, start - 1);
  const rightIsFree = !testBit(words, start + length);
  if (leftIsFree && rightIsFree) groups.fragments[group]++;
  else if (!leftIsFree && !rightIsFree) groups.fragments[group]--;
}

/** ext4_mb_mark_free_simple(): enters a free run as the fewest buddies. */
function markFree(groups: Groups, words: Int32Array, group: number, first: number, length: number): void {
  const { base, orders } = groups.shape;
  let at = first;
  let rest = length;
  while (rest > 0) {
    const order = chunkOrder(at, rest, orders);
    groups.counters[group * orders + order]++;
    if (order > 0) {
      const bit = base[order] + (at >>> order);
      words[bit >>> 5] &= ~(1 << (bit & 31));
    }
    at += 1 << order;
    rest -= 1 << order;
  }
}
