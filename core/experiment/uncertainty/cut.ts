import type { Extent, LogicalRange } from '../outcome.ts';
import { intersectionOf, unionOf, without, type Span } from './ranges.ts';

/** The logical blocks that ranges name. */
export function spansOf(ranges: readonly LogicalRange[]): Span[] {
  return unionOf(ranges.map(({ logical, length }) => ({ from: logical, end: logical + length })));
}

/** The parts of extents inside of spans, or outside of them, with their places on disk. */
export function cutExtents(
  extents: readonly Extent[],
  spans: readonly Span[],
  side: 'inside' | 'outside',
): Extent[] {
  return extents.flatMap((extent) => {
    const { logical, physical, length, state } = extent;
    const whole = [{ from: logical, end: logical + length }];
    const parts = side === 'inside' ? intersectionOf(whole, spans) : without(whole, spans);
    return parts.map(({ from, end }) => ({
      logical: from,
      physical: physical + (from - logical),
      length: end - from,
      state,
    }));
  });
}
