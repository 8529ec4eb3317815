import { clearBit, clearBits, findNextClear, setBit, testBit } from './bits.ts';
import type { Groups } from './groups.ts';

/** mb_free_blocks(): gives used clusters back to bitmap and buddy, merging with free neighbours. */
export function freeClusters(groups: Groups, group: number, start: number, count: number): void {
  const words = groups.load(group);
  const counterBase = group * groups.shape.orders;
  const end = start + count;
  if (findNextClear(words, end, start) !== end) {
    throw groups.damaged(
      group,
      `cluster ${String(findNextClear(words, end, start))} is freed although it is free`,
    );
  }
  const leftIsFree = start !== 0 && !testBit(words, start - 1);
  const rightIsFree = !testBit(words, end);
  clearBits(words, start, count);
  groups.free[group] += count;
  if (start < groups.firstFree[group]) groups.firstFree[group] = start;
  if (leftIsFree && rightIsFree) groups.fragments[group]--;
  else if (!leftIsFree && !rightIsFree) groups.fragments[group]++;

  let first = start;
  let last = end - 1;
  if ((first & 1) !== 0) {
    groups.counters[counterBase] += leftIsFree ? -1 : 1;
    if (!leftIsFree) first++;
  }
  if ((last & 1) === 0) {
    groups.counters[counterBase] += rightIsFree ? -1 : 1;
    if (!rightIsFree) last--;
  }
  if (first <= last) mergeUpwards(groups, words, group, first >> 1, last >> 1);
  groups.updateOrders(group);
}

/**
 * mb_buddy_mark_free(): [from, to] are buddies of order 1 that became free. At each order a border that has no partner
 * in the range joins a free neighbour (which moves up) or stays behind as a free buddy; the middle goes one order up.
 */
function mergeUpwards(groups: Groups, words: Int32Array, group: number, from: number, to: number): void {
  const { base, orders } = groups.shape;
  const counterBase = group * orders;
  let first = from;
  let last = to;
  for (let order = 1; ; order++) {
    const at = base[order];
    if ((first & 1) !== 0) {
      if (testBit(words, at + first - 1)) {
        clearBit(words, at + first);
        groups.counters[counterBase + order]++;
        first++;
      } else {
        first--;
        setBit(words, at + first);
        groups.counters[counterBase + order]--;
      }
    }
    if ((last & 1) === 0) {
      if (testBit(words, at + last + 1)) {
        clearBit(words, at + last);
        groups.counters[counterBase + order]++;
        last--;
      } else {
        last++;
        setBit(words, at + last);
        groups.counters[counterBase + order]--;
      }
    }
    if (first > last) return;
    if (order === orders - 1) {
      clearBits(words, at + first, last - first + 1);
      groups.counters[counterBase + order] += last - first + 1;
      return;
    }
    first >>= 1;
    last >>= 1;
  }
}
