import { describe, expect, it } from 'vitest';
import { alignmentOf, countUnits, unitsFor } from './alignment.ts';
import { columnsFromFlat } from './extents.ts';
import { foldAxis, straightAxis } from './fold.ts';
import { buildLane, usedRanges } from './lane.ts';
import { pairExtents } from './pair.ts';
import { mark } from './pyramid.ts';

describe('countUnits', () => {
  it.each([
    ['a whole unit in its place', 0, 8, 4, { touched: 1, aligned: 1 }],
    ['a unit shifted on the device', 0, 9, 4, { touched: 1, aligned: 0 }],
    ['half a unit', 0, 8, 2, { touched: 1, aligned: 0 }],
    ['a file offset between units, shifted alike', 2, 10, 8, { touched: 3, aligned: 1 }],
    ['a physical address before the logical one', 16, 8, 8, { touched: 2, aligned: 2 }],
  ])('counts %s', (_, logical, physical, length, expected) => {
    expect(countUnits(logical, physical, length, 4)).toEqual(expected);
  });

  it('gives a word to it', () => {
    expect(alignmentOf(0, 8, 4, 4)).toBe('aligned');
    expect(alignmentOf(2, 10, 8, 4)).toBe('partly');
    expect(alignmentOf(0, 9, 4, 4)).toBe('misaligned');
    expect(alignmentOf(5, 9, 1, 1)).toBe('aligned');
  });

  it('offers units from the block to 1 MiB', () => {
    expect(unitsFor(2 ** 19)).toEqual([2 ** 19, 2 ** 20]);
    expect(unitsFor(4096)[0]).toBe(4096);
  });
});

describe('buildLane', () => {
  const pairing = pairExtents(
    columnsFromFlat([0, 64, 4, 0, 4, 32, 4, 1]),
    columnsFromFlat([0, 64, 4, 0, 4, 41, 4, 1]),
  );

  it('lies in physical order and remembers its rows', () => {
    const lane = buildLane(pairing, 'predicted', straightAxis(128), 4);
    expect([...lane.start]).toEqual([32, 64]);
    expect([...lane.row]).toEqual([1, 0]);
    expect([...lane.marks]).toEqual([mark.unwritten | mark.differs, 0]);
  });

  it('marks what is not aligned to the unit', () => {
    const lane = buildLane(pairing, 'actual', straightAxis(128), 4);
    expect([...lane.marks]).toEqual([mark.unwritten | mark.differs | mark.misaligned, 0]);
  });

  it('follows the folds of the axis', () => {
    const axis = foldAxis(100_000, usedRanges([pairing]), 4);
    const lane = buildLane(pairing, 'actual', axis, 4);
    expect((lane.end.at(-1) ?? 0) - (lane.start[0] ?? 0)).toBe(68 - 41);
  });

  it('leaves holes out', () => {
    const half = pairExtents(columnsFromFlat([0, 64, 4, 0]), columnsFromFlat([]));
    expect(buildLane(half, 'actual', straightAxis(128), 4).count).toBe(0);
  });
});

describe('usedRanges', () => {
  it('merges what touches, over all files and both sides', () => {
    const one = pairExtents(columnsFromFlat([0, 10, 4, 0]), columnsFromFlat([0, 14, 4, 0]));
    const other = pairExtents(columnsFromFlat([0, 30, 4, 0]), null);
    expect(usedRanges([other, one])).toEqual([
      { first: 10, end: 18 },
      { first: 30, end: 34 },
    ]);
  });
});
