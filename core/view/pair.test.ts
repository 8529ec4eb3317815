import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { doubtFromFlat } from './doubt.ts';
import { columnsFromFlat, columnsFromRanges } from './extents.ts';
import { absent, pairExtents, type Pairing } from './pair.ts';

const rows = (pairing: Pairing) =>
  Array.from({ length: pairing.count }, (_, row) => [
    pairing.logical[row],
    pairing.length[row],
    pairing.predicted[row],
    pairing.actual[row],
    pairing.differs[row],
  ]);

describe('pairExtents', () => {
  it('cuts where either side changes, and says where they disagree', () => {
    const predicted = columnsFromFlat([0, 100, 8, 0, 10, 200, 2, 0]);
    const actual = columnsFromFlat([0, 100, 4, 0, 4, 300, 4, 0, 10, 200, 2, 1]);
    expect(rows(pairExtents(predicted, actual))).toEqual([
      [0, 4, 100, 100, 0],
      [4, 4, 104, 300, 1],
      [10, 2, 200, 200, 1],
    ]);
  });

  it('lets a side that is not known differ from nothing', () => {
    const known = columnsFromFlat([0, 100, 8, 0]);
    expect(rows(pairExtents(known, null))).toEqual([[0, 8, 100, absent, 0]]);
    expect(rows(pairExtents(null, known))).toEqual([[0, 8, absent, 100, 0]]);
  });

  it('lets a side that is known to be empty differ', () => {
    const pairing = pairExtents(columnsFromFlat([0, 100, 8, 0]), columnsFromFlat([]));
    expect(rows(pairing)).toEqual([[0, 8, 100, absent, 1]]);
  });

  it('cuts where a doubt begins and ends, and calls only the impossible a difference there', () => {
    const predicted = columnsFromFlat([0, 100, 8, 0]);
    const actual = columnsFromFlat([0, 100, 2, 0, 2, 500, 2, 0, 4, 900, 4, 0, 20, 510, 1, 0]);
    const pairing = pairExtents(predicted, actual, doubtFromFlat([2, 4, 20, 2], [500, 20]));
    expect(rows(pairing)).toEqual([
      [0, 2, 100, 100, 0],
      [2, 2, 102, 500, 0],
      [4, 2, 104, 900, 1],
      [6, 2, 106, 902, 1],
      [20, 1, absent, 510, 0],
      [21, 1, absent, absent, 0],
    ]);
    expect([...pairing.uncertain]).toEqual([0, 1, 1, 0, 1, 1]);
  });

  it('puts extents that come out of order into it', () => {
    expect(
      rows(pairExtents(columnsFromFlat([8, 5, 1, 0, 0, 9, 1, 0]), null)).map(([logical]) => logical),
    ).toEqual([0, 8]);
  });

  /** Up to 12 extents with holes between some of them, in logical order, as flat numbers. */
  const layout = fc
    .array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 5 }), fc.nat(50), fc.nat(1)), { maxLength: 12 })
    .map((parts) => {
      let logical = 0;
      return parts.flatMap(([hole, length, physical, unwritten]) => {
        const first = logical + hole;
        logical = first + length;
        return [first, physical, length, unwritten];
      });
    });

  const blocksOf = (flat: readonly number[]) => {
    const blocks = new Map<number, string>();
    for (let i = 0; i < flat.length; i += 4) {
      const [logical = 0, physical = 0, length = 0, unwritten = 0] = flat.slice(i, i + 4);
      for (let at = 0; at < length; at++) blocks.set(logical + at, `${physical + at}/${unwritten}`);
    }
    return blocks;
  };

  it('says of every block what a comparison block by block says', () => {
    fc.assert(
      fc.property(layout, layout, (left, right) => {
        const pairing = pairExtents(columnsFromFlat(left), columnsFromFlat(right));
        const predicted = blocksOf(left);
        const actual = blocksOf(right);
        const seen = new Set<number>();
        for (let row = 0; row < pairing.count; row++) {
          for (let at = 0; at < (pairing.length[row] ?? 0); at++) {
            const logical = (pairing.logical[row] ?? 0) + at;
            seen.add(logical);
            expect(pairing.differs[row] === 1).toBe(predicted.get(logical) !== actual.get(logical));
          }
        }
        expect(seen).toEqual(new Set([...predicted.keys(), ...actual.keys()]));
      }),
    );
  });

  it('is cut where a fault begins and ends, and says which rows are torn', () => {
    const faults = columnsFromRanges([2, 3, 7, 1]);
    const pairing = pairExtents(null, columnsFromFlat([0, 100, 4, 0, 4, 300, 6, 0]), null, faults);
    const rows = Array.from({ length: pairing.count }, (_, row) => [
      pairing.logical[row],
      pairing.length[row],
      pairing.actual[row],
      pairing.torn[row],
    ]);
    expect(rows).toEqual([
      [0, 2, 100, 0],
      [2, 2, 102, 1],
      [4, 1, 300, 1],
      [5, 2, 301, 0],
      [7, 1, 303, 1],
      [8, 2, 304, 0],
    ]);
  });
});
