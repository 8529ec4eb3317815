import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CellList } from './cells.ts';

function cellsOf(grain: number, runs: readonly (readonly [number, number])[]): number[] {
  const list = new CellList(grain);
  for (const [first, length] of runs) list.add(first, length);
  return list.finish();
}

it('tells long runs by themselves and short ones together', () => {
  expect(
    cellsOf(8, [
      [0, 2],
      [4, 2],
      [20, 30],
      [51, 1],
    ]),
  ).toEqual([0, 6, 4, 20, 30, 30, 51, 1, 1]);
});

it('loses no free block, and makes no more cells than there are grains', () => {
  const runs = fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 })), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(runs, fc.integer({ min: 1, max: 100 }), (gaps, grain) => {
      let at = 0;
      const placed = gaps.map(([gap, length]) => {
        const first = at + gap;
        at = first + length;
        return [first, length] as const;
      });
      const cells = cellsOf(grain, placed);
      const free = cells.reduce((sum, value, index) => sum + (index % 3 === 2 ? value : 0), 0);
      expect(free).toBe(placed.reduce((sum, [, length]) => sum + length, 0));
      expect(cells.length / 3).toBeLessThanOrEqual(2 * (at / grain) + 2);
    }),
  );
});
