import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortByHash, splitPoint, type HashedEntry } from './split.ts';

const fixed = { splitFix: true };

function entries(...lengths: number[]): HashedEntry[] {
  return lengths.map((lengthBytes, i) => ({ hash: i * 2, offset: i * 12, lengthBytes }));
}

describe('sortByHash', () => {
  it('sorts, and loses nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 50 }), { maxLength: 200 }), (hashes) => {
        const unsorted = hashes.map((hash, offset) => ({ hash, offset, lengthBytes: 12 }));
        const sorted = sortByHash([...unsorted]);
        expect(sorted.map(({ hash }) => hash)).toEqual([...hashes].sort((a, b) => a - b));
        expect(new Set(sorted.map(({ offset }) => offset)).size).toBe(hashes.length);
      }),
    );
  });

  it('moves equal hashes past one another as the kernel does', () => {
    // Gap 11 first (13 × 10/13 = 10 becomes 11), which swaps the first with the last but one.
    const hashes = [5, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 5];
    const sorted = sortByHash(hashes.map((hash, offset) => ({ hash, offset, lengthBytes: 12 })));
    expect(sorted.map(({ offset }) => offset)).toEqual([11, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 12]);
  });
});

describe('splitPoint', () => {
  it('moves as many of the upper entries as fill half a block', () => {
    expect(splitPoint(entries(256, 256, 256, 256), 1024, fixed)).toBe(2);
    expect(splitPoint(entries(24, 24, 24, 940), 1024, fixed)).toBe(3);
  });

  it('counts an entry to the upper half if no more than half of it is beyond', () => {
    expect(splitPoint(entries(100, 100, 424, 264), 1024, fixed)).toBe(2);
    expect(splitPoint(entries(100, 100, 500, 264), 1024, fixed)).toBe(3);
  });

  it('halves by number where all of them fill no more than half', () => {
    expect(splitPoint(entries(100, 100, 100), 1024, fixed)).toBe(1);
  });

  it('leaves the first alone behind, since the fix of 6.15', () => {
    const one = entries(600, 100, 100, 100);
    expect(splitPoint(one, 1024, fixed)).toBe(1);
    expect(splitPoint(one, 1024, { splitFix: false })).toBe(2);
  });
});
