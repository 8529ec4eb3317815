import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cells } from './cells.ts';
import { buildPyramid, mark, visitRange, type Stretches } from './pyramid.ts';

interface Painted {
  readonly start: number;
  readonly end: number;
  readonly covered: number;
  readonly marks: number;
  readonly count: number;
  readonly index: number;
}

function painted(all: Stretches, from: number, to: number, grain: number, width: number): Painted[] {
  const list: Painted[] = [];
  const cells = new Cells(width, (start, end, covered, marks, count, index) =>
    list.push({ start, end, covered, marks, count, index }),
  );
  visitRange(buildPyramid(all), from, to, grain, cells.add);
  cells.flush();
  return list;
}

function stretches(parts: readonly (readonly [gap: number, length: number, marks: number])[]): Stretches {
  let at = 0;
  const places = parts.map(([gap, length]) => {
    const start = at + gap;
    at = start + length;
    return [start, at] as const;
  });
  return {
    count: parts.length,
    start: Float64Array.from(places, ([start]) => start),
    end: Float64Array.from(places, ([, end]) => end),
    marks: Uint8Array.from(parts, ([, , marks]) => marks),
  };
}

const marks = fc.constantFrom(0, 0, 0, mark.differs, mark.torn, mark.differs | mark.torn, mark.misaligned);
const parts = fc.array(fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 20 }), marks), { maxLength: 300 });

describe('Cells', () => {
  it('lets a stretch that is wide enough stand by itself', () => {
    const all = stretches([
      [0, 2, 0],
      [1, 2, mark.unwritten],
      [1, 50, mark.differs],
      [1, 2, 0],
    ]);
    expect(painted(all, 0, 1000, 1, 10)).toEqual([
      { start: 0, end: 5, covered: 4, marks: mark.unwritten, count: 2, index: -1 },
      { start: 6, end: 56, covered: 50, marks: mark.differs, count: 1, index: 2 },
      { start: 57, end: 59, covered: 2, marks: 0, count: 1, index: 3 },
    ]);
  });

  it('never loses a difference or a tear, wherever one looks and however far away', () => {
    fc.assert(
      fc.property(
        parts,
        fc.integer({ min: 1, max: 2000 }),
        fc.integer({ min: 1, max: 2000 }),
        fc.nat(3000),
        fc.nat(3000),
        (list, grain, width, from, span) => {
          const all = stretches(list);
          const to = from + span;
          const seen = painted(all, from, to, grain, width);
          for (let index = 0; index < all.count; index++) {
            const [start = 0, end = 0] = [all.start[index], all.end[index]];
            if (end <= from || start >= to) continue;
            const wanted = (all.marks[index] ?? 0) & (mark.differs | mark.torn);
            const over = seen.filter((cell) => cell.start <= start && cell.end >= end);
            const bits = over.reduce((sum, cell) => sum | cell.marks, 0);
            expect(over.length).toBeGreaterThan(0);
            expect(bits & wanted).toBe(wanted);
          }
        },
      ),
    );
  });

  it('paints no more than the width has room for', () => {
    fc.assert(
      fc.property(parts, fc.integer({ min: 1, max: 500 }), (list, width) => {
        const all = stretches(list);
        const length = all.end[all.count - 1] ?? 0;
        expect(painted(all, 0, length + 1, 1, width).length).toBeLessThanOrEqual(2 * (length / width) + 2);
      }),
    );
  });
});
