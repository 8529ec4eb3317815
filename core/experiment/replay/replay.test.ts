import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placedAt, ReplayPlayer, type Replay } from './index.ts';

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

describe('ReplayPlayer', () => {
  it('tells of each moment what is there, in whatever order one asks', () => {
    const player = new ReplayPlayer(replay);
    const expected = [
      [],
      [{ file: 'a', extents: [] }],
      [{ file: 'a', extents: [0, 100, 4, 0] }],
      [{ file: 'a', extents: [0, 100, 8, 0] }],
      [{ file: 'a', extents: [0, 100, 2, 0, 4, 104, 4, 0] }],
      [],
      [{ file: 'b', extents: [0, 100, 1, 1] }],
    ];
    for (const moment of [4, 0, 6, 5, 3, 1, 2]) expect(player.layoutsAt(moment)).toEqual(expected[moment]);
  });

  it('finds its way over many moments', () => {
    const long: Replay = {
      files: ['a'],
      moments: Array.from({ length: 500 }, (_, at) => [
        { file: 0, there: true, at, drop: 0, put: [at * 2, 1000 + at * 3, 1, 0] },
      ]),
      untold: 0,
    };
    const player = new ReplayPlayer(long);
    for (const moment of [499, 0, 63, 64, 65, 300, 128, 127]) {
      const [layout] = player.layoutsAt(moment);
      expect(layout?.extents).toHaveLength(4 * (moment + 1));
      expect(layout?.extents.slice(-4)).toEqual([moment * 2, 1000 + moment * 3, 1, 0]);
    }
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

  it('agrees with the layouts of every moment', () => {
    const player = new ReplayPlayer(replay);
    const isAt = (logical: number, moment: number) =>
      player
        .layoutsAt(moment)
        .filter(({ file }) => file === 'a')
        .some(({ extents }) => {
          for (let at = 0; at < extents.length; at += 4) {
            const [first = 0, physical = 0, length = 0] = extents.slice(at, at + 3);
            if (logical >= first && logical < first + length)
              return physical + logical - first === 100 + logical;
          }
          return false;
        });
    fc.assert(
      fc.property(fc.nat(9), fc.nat(6), (logical, moment) => {
        const since = placedAt(replay, 'a', logical, 100 + logical, moment);
        let expected: number | null = null;
        for (let at = moment; at >= 0 && isAt(logical, at); at--) expected = at;
        expect(since).toBe(expected);
      }),
    );
  });
});
