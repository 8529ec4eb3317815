import type { Dimension } from './lane.ts';
import { absent, side, type Pairing } from './pair.ts';
import { mark } from './pyramid.ts';

/** Bits of a bucket of the overview, beside those of {@link mark}. */
export const present = { predicted: side.predicted << 4, actual: side.actual << 4 } as const;

/**
 * The whole volume (or the whole of the longest file) in `bucketCount` equal buckets: which sides of any file have a
 * block there, and whether any of them differs or is torn. One pass over all rows; made once for a result.
 */
export function overviewOf(
  pairings: readonly Pairing[],
  blockCount: number,
  bucketCount: number,
  dimension: Dimension = 'physical',
): Uint8Array {
  const buckets = new Uint8Array(bucketCount);
  const perBlock = bucketCount / blockCount;
  const add = (first: number, length: number, bits: number) => {
    const from = Math.max(0, Math.floor(first * perBlock));
    const to = Math.min(bucketCount - 1, Math.ceil((first + length) * perBlock) - 1);
    for (let bucket = from; bucket <= Math.max(from, to); bucket++) {
      buckets[bucket] = (buckets[bucket] ?? 0) | bits;
    }
  };
  for (const pairing of pairings) {
    for (let row = 0; row < pairing.count; row++) {
      const length = pairing.length[row] ?? 0;
      const marks = (pairing.differs[row] ? mark.differs : 0) | (pairing.torn[row] ? mark.torn : 0);
      const predicted = pairing.predicted[row] ?? absent;
      const actual = pairing.actual[row] ?? absent;
      const logical = pairing.logical[row] ?? 0;
      const place = (physical: number) => (dimension === 'physical' ? physical : logical);
      if (predicted !== absent) add(place(predicted), length, present.predicted | marks);
      if (actual !== absent) add(place(actual), length, present.actual | marks);
    }
  }
  return buckets;
}
