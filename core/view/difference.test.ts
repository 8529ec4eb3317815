import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceLane } from './difference.ts';
import { columnsFromFlat } from './extents.ts';
import { straightAxis } from './fold.ts';
import type { Dimension } from './lane.ts';
import { absent, pairExtents, type Pairing } from './pair.ts';
import { mark } from './pyramid.ts';

const pieces = (pairing: Pairing, dimension: Dimension) => {
  const { count, start, end, marks, row } = differenceLane(pairing, straightAxis(10_000), dimension);
  return Array.from({ length: count }, (_, i) => [start[i], end[i], marks[i], row[i]]);
};
const predicted = mark.differs | mark.inPredicted;
const actual = mark.differs | mark.inActual;

describe('differenceLane', () => {
  it('shows where only one side has something, and where both have another part of the file', () => {
    const pairing = pairExtents(
      columnsFromFlat([0, 100, 4, 0, 4, 200, 4, 0]),
      columnsFromFlat([0, 100, 4, 0, 4, 203, 4, 0]),
    );
    expect(pieces(pairing, 'physical')).toEqual([
      [200, 203, predicted, 1],
      [203, 204, predicted | actual, 1],
      [204, 207, actual, 1],
    ]);
    expect(pieces(pairing, 'logical')).toEqual([[4, 8, predicted | actual, 1]]);
  });

  it('has a piece for a hole on one side', () => {
    const pairing = pairExtents(columnsFromFlat([0, 100, 4, 0]), columnsFromFlat([]));
    expect(pieces(pairing, 'physical')).toEqual([[100, 104, predicted, 0]]);
  });

  const layout = fc
    .uniqueArray(fc.nat(60), { maxLength: 20 })
    .chain((places) =>
      fc.tuple(
        fc.constant(places),
        fc.array(fc.nat(1), { minLength: places.length, maxLength: places.length }),
      ),
    )
    .map(([places, states]) =>
      columnsFromFlat(places.flatMap((place, at) => [at * 3, place * 5, 3, states[at] ?? 0])),
    );

  it('loses no block that differs, tells none that does not, and never overlaps', () => {
    fc.assert(
      fc.property(
        layout,
        layout,
        fc.constantFrom<Dimension>('physical', 'logical'),
        (mine, its, dimension) => {
          const pairing = pairExtents(mine, its);
          const shown = new Map<number, number>();
          let last = -1;
          for (const [from = 0, to = 0, marks = 0] of pieces(pairing, dimension)) {
            expect(from).toBeGreaterThanOrEqual(last);
            for (let block = from; block < to; block++) shown.set(block, marks);
            last = to;
          }
          const expected = new Map<number, number>();
          for (let row = 0; row < pairing.count; row++) {
            if (!pairing.differs[row]) continue;
            for (const [physical, bits] of [
              [pairing.predicted[row] ?? absent, predicted],
              [pairing.actual[row] ?? absent, actual],
            ] as const) {
              if (physical === absent) continue;
              const first = dimension === 'physical' ? physical : (pairing.logical[row] ?? 0);
              for (let block = first; block < first + (pairing.length[row] ?? 0); block++) {
                expected.set(block, (expected.get(block) ?? 0) | bits);
              }
            }
          }
          expect([...shown].sort(([a], [b]) => a - b)).toEqual([...expected].sort(([a], [b]) => a - b));
        },
      ),
    );
  });
});
