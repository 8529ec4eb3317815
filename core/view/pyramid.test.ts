import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildPyramid, hitTest, mark, visitRange, type Stretches } from './pyramid.ts';

function stretches(parts: readonly (readonly [gap: number, length: number, marks?: number])[]): Stretches {
  let at = 0;
  const start: number[] = [];
  const end: number[] = [];
  for (const [gap, length] of parts) {
    start.push(at + gap);
    at += gap + length;
    end.push(at);
  }
  return {
    count: parts.length,
    start: Float64Array.from(start),
    end: Float64Array.from(end),
    marks: Uint8Array.from(parts, ([, , marks = 0]) => marks),
  };
}

function visited(all: Stretches, from: number, to: number, grain: number) {
  const seen: { start: number; end: number; covered: number; marks: number; index: number }[] = [];
  visitRange(buildPyramid(all), from, to, grain, (start, end, covered, marks, index) =>
    seen.push({ start, end, covered, marks, index }),
  );
  return seen;
}

const parts = fc.array(fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 20 }), fc.nat(15)), { maxLength: 400 });

describe('visitRange', () => {
  it('shows each stretch by itself where there is room', () => {
    const seen = visited(
      stretches([
        [0, 4],
        [2, 4, mark.unwritten],
      ]),
      0,
      100,
      1,
    );
    expect(seen).toEqual([
      { start: 0, end: 4, covered: 4, marks: 0, index: 0 },
      { start: 6, end: 10, covered: 4, marks: mark.unwritten, index: 1 },
    ]);
  });

  it('leaves out what lies beside the range', () => {
    expect(
      visited(
        stretches([
          [0, 4],
          [2, 4],
          [2, 4],
        ]),
        5,
        11,
        1,
      ).map(({ index }) => index),
    ).toEqual([1]);
  });

  it('loses no block and no mark at any zoom', () => {
    fc.assert(
      fc.property(parts, fc.integer({ min: 1, max: 5000 }), (list, grain) => {
        const all = stretches(list);
        const seen = visited(all, -1, 1e9, grain);
        const sum = list.reduce((total, [, length]) => total + length, 0);
        expect(seen.reduce((total, { covered }) => total + covered, 0)).toBe(sum);
        expect(seen.reduce((bits, { marks }) => bits | marks, 0)).toBe(
          list.reduce((bits, [, , m]) => bits | m, 0),
        );
        for (const { start, end, index } of seen) if (index < 0) expect(end - start).toBeLessThan(grain);
      }),
    );
  });

  it('keeps one difference among a million visible, with work bounded by the width', () => {
    const count = 1_000_000;
    const all = stretches(
      Array.from({ length: count }, (_, i) => [1, 1, i === 654_321 ? mark.differs : 0] as const),
    );
    const seen = visited(all, 0, 2 * count, (2 * count) / 1000);
    expect(seen.length).toBeLessThan(10_000);
    const differing = seen.filter(({ marks }) => (marks & mark.differs) !== 0);
    expect(differing).toHaveLength(1);
    expect(Math.abs((differing[0]?.start ?? 0) - 2 * 654_321)).toBeLessThan((2 * count) / 1000);
  });

  it('refuses a grain of nothing', () => {
    expect(() => visited(stretches([[0, 1]]), 0, 1, 0)).toThrow('grain');
  });
});

describe('hitTest', () => {
  const three = stretches([
    [10, 5],
    [5, 5],
    [100, 1],
  ]);

  it('finds the stretch under the position', () => {
    expect(hitTest(three, 10, 0)).toBe(0);
    expect(hitTest(three, 14.9, 0)).toBe(0);
    expect(hitTest(three, 22, 0)).toBe(1);
  });

  it('finds nothing in a gap, and the nearest one within reach', () => {
    expect(hitTest(three, 17, 0)).toBe(-1);
    expect(hitTest(three, 17, 3)).toBe(0);
    expect(hitTest(three, 18.5, 3)).toBe(1);
    expect(hitTest(three, 130, 10)).toBe(2);
    expect(hitTest(three, 60, 10)).toBe(-1);
  });

  it('agrees with a search one by one', () => {
    fc.assert(
      fc.property(parts, fc.nat(10_000), (list, position) => {
        const all = stretches(list);
        const expected = list.findIndex(
          (_, i) => (all.start[i] ?? 0) <= position && position < (all.end[i] ?? 0),
        );
        expect(hitTest(all, position, 0)).toBe(expected);
      }),
    );
  });
});
