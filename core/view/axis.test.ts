import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldAxis, straightAxis, toBlock, toPosition } from './fold.ts';
import { axisTicks, gridLines } from './ticks.ts';
import { around, between, clamp, pan, reveal, wholeOf, zoom } from './viewport.ts';

describe('foldAxis', () => {
  const axis = foldAxis(
    131_072,
    [
      { first: 33_280, end: 33_312 },
      { first: 98_304, end: 98_308 },
    ],
    4,
  );

  it('cuts out what is empty and keeps the rest to scale', () => {
    expect(axis.gaps.map(({ firstBlock, endBlock }) => [firstBlock, endBlock])).toEqual([
      [0, 33_276],
      [33_316, 98_300],
      [98_312, 131_072],
    ]);
    expect(axis.length).toBeLessThan(100);
    expect(toPosition(axis, 33_312) - toPosition(axis, 33_280)).toBe(32);
  });

  it('holds what lies past the end of the volume', () => {
    const far = 2 ** 52;
    const axis = foldAxis(1000, [{ first: far, end: far + 4 }], 4);
    const { position, firstBlock } = axis.segments.at(-1) ?? { position: 0, firstBlock: 0 };
    expect([firstBlock <= far, axis.length >= position + 4, axis.length < 100]).toEqual([true, true, true]);
  });

  it('is straight where nothing is used or nothing is worth cutting', () => {
    expect(foldAxis(1000, [], 4)).toEqual(straightAxis(1000));
    expect(
      foldAxis(
        1000,
        [
          { first: 0, end: 500 },
          { first: 510, end: 990 },
        ],
        4,
      ),
    ).toEqual(straightAxis(1000));
  });

  it('leads from block to position and back, in order, and never into a gap for what is used', () => {
    const range = fc.record({ first: fc.nat(10_000), length: fc.integer({ min: 1, max: 50 }) });
    fc.assert(
      fc.property(fc.array(range, { maxLength: 20 }), (list) => {
        const used = list
          .sort((left, right) => left.first - right.first)
          .filter((one, i) => i === 0 || one.first > (list[i - 1]?.first ?? 0) + 60)
          .map(({ first, length }) => ({ first, end: first + length }));
        const folded = foldAxis(10_100, used, 4);
        let last = -1;
        for (let block = 0; block <= 10_100; block += 7) {
          const position = toPosition(folded, block);
          expect(position).toBeGreaterThan(last);
          expect(toBlock(folded, position)).toBeCloseTo(block, 6);
          last = position;
        }
        for (const { first, end } of used) {
          expect(toPosition(folded, end) - toPosition(folded, first)).toBeCloseTo(end - first, 9);
        }
      }),
    );
  });
});

describe('ticks', () => {
  const straight = straightAxis(1024);

  it('stand at multiples of a power of two, not closer than asked', () => {
    expect(axisTicks(straight, 0, 1024, 200).map(({ block }) => block)).toEqual([0, 256, 512, 768, 1024]);
    expect(axisTicks(straight, 100, 110, 3).map(({ block }) => block)).toEqual([100, 104, 108]);
  });

  it('never stand between two blocks', () => {
    expect(axisTicks(straight, 0, 2, 0.1).map(({ block }) => block)).toEqual([0, 1, 2]);
  });

  it('give no grid where its lines would touch', () => {
    expect(gridLines(straight, 0, 1024, 4, 5)).toEqual([]);
    expect(gridLines(straight, 0, 8, 4, 2).map(({ block }) => block)).toEqual([0, 4, 8]);
  });

  it('skip what is folded away', () => {
    const axis = foldAxis(4096, [{ first: 1024, end: 1040 }], 4);
    for (const { block } of axisTicks(axis, 0, axis.length, 4)) {
      expect(block === 4096 || (block >= 1020 && block <= 1044)).toBe(true);
    }
  });
});

describe('the viewport', () => {
  it('zooms around its anchor', () => {
    const view = zoom({ from: 0, to: 1000 }, 0.5, 250, 1000);
    expect(view).toEqual({ from: 125, to: 625 });
  });

  it('never leaves the axis, whatever is asked of it', () => {
    const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        finite,
        fc.double({ min: 0.001, max: 1000, noNaN: true }),
        finite,
        (share, factor, anchor) => {
          const whole = wholeOf(5000);
          for (const view of [
            pan({ from: 10, to: 20 }, share, 5000),
            zoom({ from: 10, to: 20 }, factor, anchor, 5000),
          ]) {
            expect(view.from).toBeGreaterThanOrEqual(whole.from - 1e-6);
            expect(view.to).toBeLessThanOrEqual(whole.to + 1e-6);
            expect(view.to - view.from).toBeGreaterThanOrEqual(4 - 1e-6);
          }
        },
      ),
    );
  });

  it('moves only when it has to', () => {
    expect(reveal({ from: 0, to: 100 }, 10, 20, 1000)).toEqual({ from: 0, to: 100 });
    expect(reveal({ from: 0, to: 100 }, 210, 220, 1000)).toEqual({ from: 165, to: 265 });
    expect(reveal({ from: 0, to: 100 }, 200, 400, 1000)).toEqual(around(200, 400, 1000));
  });

  it('arrives where it was going', () => {
    const target = clamp({ from: 3, to: 33 }, 100);
    expect(between({ from: 0, to: 100 }, target, 0)).toEqual({ from: 0, to: 100 });
    expect(between({ from: 0, to: 100 }, target, 1)).toEqual(target);
  });
});
