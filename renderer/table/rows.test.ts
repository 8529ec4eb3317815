import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headHeightPx, rowHeightPx, rowsInView, scrolledTo } from './rows.ts';

const px = fc.integer({ min: 100, max: 2000 });

describe('rowsInView', () => {
  it('makes every row that is seen, and not many more', () => {
    fc.assert(
      fc.property(fc.nat(30_000_000), px, fc.nat(1_000_000), (scrollTop, height, count) => {
        const rows = rowsInView(scrollTop, height, count);
        const seen = Math.ceil(height / rowHeightPx);
        expect(rows.length).toBeLessThanOrEqual(seen + 8);
        const firstSeen = Math.floor(scrollTop / rowHeightPx);
        for (let row = firstSeen; row < Math.min(count, firstSeen + seen); row++) expect(rows).toContain(row);
      }),
    );
  });

  it('makes none of an empty table', () => expect(rowsInView(500, 300, 0)).toEqual([]));
});

describe('scrolledTo', () => {
  it('brings a row between the head and the lower border, and leaves one that is there', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(1_000_000), px, (row, scrollTop, height) => {
        const to = scrolledTo(row, scrollTop, height);
        const top = row * rowHeightPx - to;
        expect(top).toBeGreaterThanOrEqual(0);
        expect(top + rowHeightPx).toBeLessThanOrEqual(height - headHeightPx);
        expect(scrolledTo(row, to, height)).toBe(to);
      }),
    );
  });
});
