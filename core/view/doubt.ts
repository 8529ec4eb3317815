import { columnsFromRanges, type ExtentColumns } from './extents.ts';

/** What a prediction does not know of one file, and what it knows all the same. */
export interface Doubt {
  /** Logical blocks whose layout may come out otherwise. */
  readonly ranges: ExtentColumns;
  /** Whether these physical blocks are among those that the prediction declares possible. */
  isPossible(physical: number, length: number): boolean;
}

/**
 * Reads a doubt from the flat forms of the contract (core/rpc/outcome.ts): ranges of logical blocks of the file, and
 * the ranges of physical blocks, ascending and apart, that every uncertain extent lies within.
 */
export function doubtFromFlat(ranges: readonly number[], within: readonly number[]): Doubt | null {
  if (ranges.length === 0) return null;
  return {
    ranges: columnsFromRanges(ranges),
    isPossible(physical, length) {
      const range = lastStartingAtOrBefore(within, physical);
      if (range < 0) return false;
      return physical + length <= (within[range * 2] ?? 0) + (within[range * 2 + 1] ?? 0);
    },
  };
}

function lastStartingAtOrBefore(within: readonly number[], physical: number): number {
  let low = 0;
  let high = within.length / 2;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((within[middle * 2] ?? 0) <= physical) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
