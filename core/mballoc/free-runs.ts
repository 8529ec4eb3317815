import { findNextClear, findNextSet, wordsOfBytes } from './bits.ts';
import type { GroupLayout } from './layout.ts';

/** How the free clusters of a filesystem lie. */
export interface FreeRuns {
  readonly clusters: number;
  /** Runs of free clusters; one may go on from a group into the next. */
  readonly runs: number;
  /** The longest of them. */
  readonly largestRun: number;
}

/** Counts the runs of clear bits in the groups' bitmaps (one bit per cluster, low bit first). */
export function freeRunsOf(layout: GroupLayout, bitmap: (group: number) => Uint8Array): FreeRuns {
  let clusters = 0;
  let runs = 0;
  let largestRun = 0;
  let open = 0;
  const close = () => {
    if (open === 0) return;
    runs++;
    clusters += open;
    largestRun = Math.max(largestRun, open);
    open = 0;
  };
  for (let group = 0; group < layout.groupCount; group++) {
    const count = layout.clustersIn(group);
    const words = wordsOfBytes(bitmap(group), (count + 31) >>> 5);
    for (let at = 0; at < count;) {
      const start = findNextClear(words, count, at);
      if (start > at) close();
      const end = findNextSet(words, count, start);
      open += end - start;
      at = end;
    }
  }
  close();
  return { clusters, runs, largestRun };
}
