import { describe, expect, it } from 'vitest';
import { barOf, cellsOf, sizesOf, unitsOf } from './scale.ts';

const cells = cellsOf({ fromBytes: 512, toBytes: 4096 });
const open = (minBytes: number, maxBytes: number) =>
  ({ state: 'open', window: { minBytes, maxBytes } }) as const;

describe('the scale of a passport', () => {
  it('has a cell for each power of two, the ends included', () => {
    expect(cells).toEqual([512, 1024, 2048, 4096]);
    expect(cellsOf({ fromBytes: 512, toBytes: 512 })).toEqual([512]);
  });

  it('writes a short number into each cell, and below what it counts', () => {
    expect(unitsOf(cells)).toEqual([
      { unit: 'B', numbers: [512] },
      { unit: 'KiB', numbers: [1, 2, 4] },
    ]);
    const wide = cellsOf({ fromBytes: 2 ** 9, toBytes: 2 ** 41 });
    expect(unitsOf(wide).flatMap(({ numbers }) => numbers)).toHaveLength(wide.length);
  });

  it('covers the cells of a window', () => {
    expect(barOf(open(512, 4096), cells)).toEqual({ left: 0, width: 1 });
    expect(barOf(open(1024, 1024), cells)).toEqual({ left: 0.25, width: 0.25 });
    expect(barOf(open(2048, 65536), cells)).toEqual({ left: 0.5, width: 0.5 });
  });

  it('has no bar for what is closed, not known, or off the scale', () => {
    expect(barOf({ state: 'closed', window: null }, cells)).toBe(null);
    expect(barOf({ state: 'unknown', window: null }, cells)).toBe(null);
    expect(barOf(open(8192, 8192), cells)).toBe(null);
  });

  it('says sizes in words', () => {
    expect(sizesOf(open(4096, 4096))).toBe('4\u00a0KiB');
    expect(sizesOf(open(512, 65536))).toBe('512\u00a0B to 64\u00a0KiB');
    expect(sizesOf({ state: 'unknown', window: null })).toBe('not known');
    expect(sizesOf({ state: 'closed', window: null })).toBe('none');
  });
});
