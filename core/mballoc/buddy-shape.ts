/**
 * How one group's bitmap and buddies lie in one array of words: order 0 (the bitmap, one bit a cluster), then order 1
 * (one bit for two clusters), and so on, each followed by one guard bit that stays set, so that the neighbour of the
 * last bit reads as "in use" (ext4_mb_init(): s_mb_offsets, s_mb_maxs).
 *
 * The kernel always provides for 8 × block size clusters; groups with fewer have set bits behind their end, which is
 * what the guard says too, so that nothing is stored for them. A buddy that would reach over the end is never free: it
 * has no bit, or the guard's. That makes two bits a cluster, whatever a group's size.
 */
export interface BuddyShape {
  /** MB_NUM_ORDERS(): orders 0 to blockSizeBits + 1. */
  readonly orders: number;
  /** EXT4_CLUSTERS_PER_GROUP(). */
  readonly clusters: number;
  /** Position of the first bit of each order. */
  readonly base: Int32Array;
  /** Bits of each order, without the guard (mb_find_buddy()'s max). */
  readonly bits: Int32Array;
  readonly wordCount: number;
}

/** The shape that all groups of a filesystem share (ext4_mb_init()). */
export function buddyShapeFor(blockSizeBits: number, clustersPerGroup: number): BuddyShape {
  const orders = blockSizeBits + 2;
  const base = new Int32Array(orders);
  const bits = new Int32Array(orders);
  let position = 0;
  for (let order = 0; order < orders; order++) {
    base[order] = position;
    bits[order] = clustersPerGroup >>> order;
    position += bits[order] + 1;
  }
  return { orders, clusters: clustersPerGroup, base, bits, wordCount: (position + 31) >>> 5 };
}

/** mb_avg_fragment_size_order(). `clusters` is an average or a wanted length. */
export function averageFragmentOrder(clusters: number, orders: number): number {
  const order = 30 - Math.clz32(clusters);
  if (order < 0) return 0;
  return order >= orders ? orders - 1 : order;
}

/** fls(): position of the highest set bit, counted from 1; 0 for 0. */
export function lastSet(value: number): number {
  return 32 - Math.clz32(value);
}
