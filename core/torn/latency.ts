/**
 * How long writes take, as a histogram of 128 buckets that any number of them fit into: four to an octave, so that what
 * is read from it is at most a quarter too long. native/io/storm_counters.h counts by the same rule.
 */

/** Counts by bucket; buckets behind the last that is not empty may be left out. */
export type Latencies = readonly number[];

export const latencyBuckets = 128;
/** Time is counted in these. */
const tickMicroseconds = 1.024;

/** Bucket of a time in ticks of 1024 ns. */
export function latencyBucket(ticks: number): number {
  if (ticks < 4) return Math.floor(ticks);
  const octave = Math.floor(Math.log2(ticks));
  const quarter = Math.floor(ticks / 2 ** (octave - 2)) % 4;
  return Math.min(latencyBuckets - 1, (octave - 1) * 4 + quarter);
}

/** Bucket of a time in milliseconds. */
export function latencyOf(milliseconds: number): number {
  return latencyBucket((milliseconds * 1000) / tickMicroseconds);
}

/** Microseconds at which a bucket begins; it ends where the next one begins. */
export function latencyFrom(bucket: number): number {
  if (bucket < 4) return bucket * tickMicroseconds;
  const octave = Math.floor(bucket / 4) + 1;
  return (4 + (bucket % 4)) * 2 ** (octave - 2) * tickMicroseconds;
}

/** How many writes are in a histogram. */
function latencyCount(latencies: Latencies): number {
  return latencies.reduce((sum, count) => sum + count, 0);
}

/**
 * Microseconds that a share (0 to 1) of the writes did not take longer than: the end of its bucket. Null where there is
 * none.
 */
export function latencyAt(latencies: Latencies, share: number): number | null {
  const wanted = Math.max(1, Math.ceil(latencyCount(latencies) * share));
  let seen = 0;
  for (const [bucket, count] of latencies.entries()) {
    seen += count;
    if (seen >= wanted) return latencyFrom(bucket + 1);
  }
  return null;
}

/** What came since an earlier histogram of the same storm. */
export function latenciesSince(now: Latencies, earlier: Latencies): number[] {
  return now.map((count, bucket) => count - (earlier[bucket] ?? 0));
}

export function sumOfLatencies(one: Latencies, other: Latencies): number[] {
  const [longer, shorter] = one.length >= other.length ? [one, other] : [other, one];
  return longer.map((count, bucket) => count + (shorter[bucket] ?? 0));
}
