import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutsAt, placedAt, type Replay } from './index.ts';

/** One file that grows, is cut in the middle, and goes; another one that comes at the end. */
const replay: Replay = {
  files: ['a', 'b'],
  moments: [
    [],
    [{ file: 0, there: true, at: 0, drop: 0, put: [] }],
    [{ file: 0, there: true, at: 0, drop: 0, put: [0, 100, 4, 0] }],
    [{ file: 0, there: true, at: 0, drop: 1, put: [0, 100, 8, 0] }],
    [{ file: 0, there: true, at: 0, drop: 1, put: [0, 100, 2, 0, 4, 104, 4, 0] }],
    [{ file: 0, there: false, at: 0, drop: 2, put: [] }],
    [{ file: 1, there: true, at: 0, drop: 0, put: [0, 100, 1, 1] }],
  ],
  untold: 0,
};

describe('layoutsAt', () => {
  it('tells of each moment what is there', () => {
    expect(layoutsAt(replay, 0)).toEqual([]);
    expect(layoutsAt(replay, 1)).toEqual([{ file: 'a', extents: [] }]);
    expect(layoutsAt(replay, 3)).toEqual([{ file: 'a', extents: [0, 100, 8, 0] }]);
    expect(layoutsAt(replay, 4)).toEqual([{ file: 'a', extents: [0, 100, 2, 0, 4, 104, 4, 0] }]);
    expect(layoutsAt(replay, 5)).toEqual([]);
    expect(layoutsAt(replay, 6)).toEqual([{ file: 'b', extents: [0, 100, 1, 1] }]);
  });
});

describe('placedAt', () => {
  it.each([
    ['the first blocks', 'a', 0, 100, 4, 2],
    ['blocks that came later into the same extent', 'a', 5, 105, 4, 3],
    ['a block that was cut out', 'a', 2, 102, 4, null],
    ['the same block before that', 'a', 2, 102, 3, 2],
    ['a file that is gone', 'a', 0, 100, 5, null],
    ['another file in the same place', 'b', 0, 100, 6, 6],
    ['another place', 'b', 0, 101, 6, null],
    ['a moment that is not told', 'b', 0, 100, 7, null],
  ])('knows when %s came', (_, file, logical, physical, moment, expected) => {
    expect(placedAt(replay, file, logical, physical, moment)).toBe(expected);
  });

  it('never names a moment at which the block was elsewhere', () => {
    fc.assert(
      fc.property(fc.nat(9), fc.nat(6), (logical, moment) => {
        const since = placedAt(replay, 'a', logical, 100 + logical, moment);
        if (since === null) return;
        for (let at = since; at <= moment; at++) {
          expect(placedAt(replay, 'a', logical, 100 + logical, at)).toBe(since);
        }
      }),
    );
  });
});
