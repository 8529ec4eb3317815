import { expect, it } from 'vitest';
import { columnsFromFlat, columnsFromRanges } from './extents.ts';
import { buildLane } from './lane.ts';
import { straightAxis } from './fold.ts';
import { overviewOf, present } from './overview.ts';
import { pairExtents } from './pair.ts';
import { mark, visitRange } from './pyramid.ts';

it('keeps a single differing block of a large volume', () => {
  const pairing = pairExtents(columnsFromFlat([0, 10, 1, 0]), columnsFromFlat([0, 999_999, 1, 0]));
  const buckets = overviewOf([pairing], 1_000_000, 100);
  expect(buckets[0]).toBe(present.predicted | mark.differs);
  expect(buckets[99]).toBe(present.actual | mark.differs);
  expect(buckets.reduce((sum, bits) => sum + (bits ? 1 : 0), 0)).toBe(2);
});

it('spreads long extents and joins files', () => {
  const one = pairExtents(columnsFromFlat([0, 0, 50, 0]), null);
  const other = pairExtents(null, columnsFromFlat([0, 40, 20, 0]));
  expect([...overviewOf([one, other], 100, 10)]).toEqual([16, 16, 16, 16, 48, 32, 0, 0, 0, 0]);
});

it('keeps a single torn block of a long extent, as the lane does at every zoom', () => {
  const faults = columnsFromRanges([123_456, 1]);
  const pairing = pairExtents(null, columnsFromFlat([0, 0, 1_000_000, 0]), null, faults);
  const buckets = overviewOf([pairing], 1_000_000, 100);
  expect([...buckets].flatMap((bits, bucket) => (bits & mark.torn ? [bucket] : []))).toEqual([12]);
  const lane = buildLane(pairing, 'actual', straightAxis(1_000_000), 4);
  for (const grain of [1, 1000, 10_000_000]) {
    let marks = 0;
    visitRange(lane.pyramid, 0, 1_000_000, grain, (_start, _end, _covered, bits) => (marks |= bits));
    expect(marks & mark.torn).toBe(mark.torn);
  }
});
