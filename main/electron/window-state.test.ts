import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastSize, placeWindow, type WindowState } from './window-state.ts';

const laptop = { x: 0, y: 24, width: 1920, height: 1056 };
const beside = { x: 1920, y: 0, width: 2560, height: 1440 };
const state = (x: number, y: number, width: number, height: number): WindowState => ({
  bounds: { x, y, width, height },
  maximised: false,
  fullScreen: false,
  zoom: 1,
});

describe('a window is placed', () => {
  it('as it was, where that is still on a display', () => {
    expect(placeWindow(state(100, 100, 1000, 700), [laptop])).toEqual({
      x: 100,
      y: 100,
      width: 1000,
      height: 700,
    });
    expect(placeWindow(state(2000, 50, 1400, 900), [laptop, beside])).toMatchObject({ x: 2000, y: 50 });
  });

  it('in the middle, in its size, where its display is gone', () => {
    expect(placeWindow(state(2000, 50, 1400, 900), [laptop])).toEqual({ width: 1400, height: 900 });
    expect(placeWindow(state(0, -5000, 1400, 900), [laptop])).toEqual({ width: 1400, height: 900 });
  });

  it('whole, where a part of it would be outside', () => {
    expect(placeWindow(state(1500, 800, 1000, 700), [laptop])).toEqual({
      x: 920,
      y: 380,
      width: 1000,
      height: 700,
    });
    expect(placeWindow(state(0, 24, 9000, 9000), [laptop])).toEqual({ ...laptop });
  });

  it('in the usual size, where nothing is known, or no display', () => {
    expect(placeWindow(null, [laptop])).toEqual({ width: 1440, height: 900 });
    expect(placeWindow(null, [{ x: 0, y: 0, width: 1280, height: 800 }])).toEqual({
      width: 1280,
      height: 800,
    });
    expect(placeWindow(state(0, 0, 1000, 700), [])).toEqual({ width: 1440, height: 900 });
  });

  it('always so that its title can be taken hold of', () => {
    const coordinate = fc.integer({ min: -100_000, max: 100_000 });
    const length = fc.integer({ min: 1, max: 100_000 });
    const display = fc.record({
      x: fc.integer({ min: -8000, max: 8000 }),
      y: fc.integer({ min: -8000, max: 8000 }),
      width: fc.integer({ min: leastSize.width, max: 8000 }),
      height: fc.integer({ min: leastSize.height, max: 8000 }),
    });
    fc.assert(
      fc.property(
        coordinate,
        coordinate,
        length,
        length,
        fc.array(display, { minLength: 1, maxLength: 3 }),
        (x, y, width, height, displays) => {
          const placed = placeWindow(state(x, y, width, height), displays);
          if (placed.x === undefined || placed.y === undefined) return;
          const [left, top] = [placed.x, placed.y];
          const isWhole = displays.some(
            (one) =>
              left >= one.x &&
              top >= one.y &&
              left + placed.width <= one.x + one.width &&
              top + placed.height <= one.y + one.height,
          );
          expect(isWhole).toBe(true);
        },
      ),
    );
  });
});
