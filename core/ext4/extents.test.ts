import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeExtents } from './extents.ts';
import type { Extent } from './extent-tree.ts';

const piece = fc.record({
  gap: fc.nat(2),
  jump: fc.constantFrom(0, 0, 0, 5, -40),
  length: fc.integer({ min: 1, max: 4 }),
  unwritten: fc.boolean(),
});

/** Extents in logical order, with and without gaps, from small steps. */
const extentLists = fc.array(piece, { maxLength: 30 }).map((pieces) => {
  let [logical, physical] = [0, 1000];
  return pieces.map(({ gap, jump, length, unwritten }): Extent => {
    logical += gap;
    physical += gap + jump;
    const extent = { logical, physical, length, unwritten };
    logical += length;
    physical += length;
    return extent;
  });
});

const blocksOf = (extents: readonly Extent[]): string[] =>
  extents.flatMap(({ logical, physical, length, unwritten }) =>
    Array.from({ length }, (_, at) => `${logical + at} ${physical + at} ${unwritten}`),
  );

describe('mergeExtents', () => {
  it('keeps every block, and leaves nothing to merge', () => {
    fc.assert(
      fc.property(extentLists, (extents) => {
        const merged = mergeExtents(extents);
        expect(blocksOf(merged)).toEqual(blocksOf(extents));
        expect(mergeExtents(merged)).toEqual(merged);
        for (const [at, { logical, physical, unwritten }] of merged.entries()) {
          const left = merged[at - 1];
          const continues =
            left?.unwritten === unwritten &&
            left.logical + left.length === logical &&
            left.physical + left.length === physical;
          expect(continues).toBe(false);
        }
      }),
    );
  });

  it('does not join what differs in one thing only', () => {
    const base = { logical: 0, physical: 100, length: 2, unwritten: false };
    const next = { logical: 2, physical: 102, length: 1, unwritten: false };
    expect(mergeExtents([base, next])).toEqual([{ ...base, length: 3 }]);
    expect(mergeExtents([base, { ...next, logical: 3 }])).toHaveLength(2);
    expect(mergeExtents([base, { ...next, physical: 103 }])).toHaveLength(2);
    expect(mergeExtents([base, { ...next, unwritten: true }])).toHaveLength(2);
  });
});
