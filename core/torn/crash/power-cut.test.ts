import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { survivingParts } from './power-cut.ts';

const data = new Uint8Array(0);
const drive = {
  logicalBlockBytes: 512,
  atomicUnitBytes: 16384,
  atomicBoundaryBytes: 0,
  volatileCache: true,
} as const;

/** Takes its numbers from a list, over and over. */
function from(numbers: readonly number[]): (limit: number) => number {
  let at = 0;
  return (limit) => (numbers[at++ % numbers.length] ?? 0) % limit;
}

const draws = fc.array(fc.nat(), { minLength: 1, maxLength: 40 }).map(from);

describe('survivingParts', () => {
  it('keeps what the drive promises whole, or loses it', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(draws, (below) => {
        seen.add(JSON.stringify(survivingParts(drive, { at: 4096, lengthBytes: 16384, data }, below)));
      }),
    );
    expect([...seen].sort()).toEqual(['[[0,16384]]', '[]']);
  });

  it('cuts anything else between logical blocks only, in every way', () => {
    const half = { ...drive, atomicUnitBytes: 8192 };
    const seen = new Set<string>();
    fc.assert(
      fc.property(draws, (below) => {
        const parts = survivingParts(half, { at: 0, lengthBytes: 16384, data }, below);
        let end = -1;
        for (const [first, last] of parts) {
          expect([first % 512, last % 512]).toEqual([0, 0]);
          expect(first).toBeGreaterThan(end);
          expect(last).toBeGreaterThan(first);
          end = last;
        }
        expect(end).toBeLessThanOrEqual(16384);
        const [first] = parts;
        const kind = parts.length > 1 ? 'islands' : !first ? 'nothing' : `${first[0] > 0}${first[1] < 16384}`;
        seen.add(kind);
      }),
      { numRuns: 2000 },
    );
    expect([...seen]).toEqual(
      expect.arrayContaining(['islands', 'nothing', 'falsefalse', 'falsetrue', 'truefalse']),
    );
  });

  it('cuts what crosses a boundary', () => {
    const bounded = { ...drive, atomicBoundaryBytes: 16384 };
    const crossing = { at: 8192, lengthBytes: 16384, data };
    expect(survivingParts(bounded, crossing, from([15, 2]))).toEqual([[0, 8192]]);
    expect(survivingParts(bounded, { ...crossing, at: 16384 }, from([0]))).toEqual([[0, 16384]]);
  });
});
