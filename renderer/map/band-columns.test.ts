import { describe, expect, it } from 'vitest';
import { straightAxis } from '../../core/view/index.ts';
import { Columns, onScreen } from './band-columns.ts';
import type { Scene } from './scene.ts';

/** Ten pixels of a volume of a million blocks. */
const scene = { axis: straightAxis(1_000_000), view: { from: 5000, to: 6000 }, width: 10 } as Scene;

describe('onScreen', () => {
  const firsts = Array.from({ length: 100_000 }, (_, at) => at * 10);

  it('finds what may be seen without looking at everything', () => {
    let looks = 0;
    const firstOf = (index: number) => (looks++, firsts[index] ?? 0);
    const [from, end] = onScreen(scene, firsts.length, firstOf);
    expect(looks).toBeLessThan(40);
    const seen = firsts.flatMap((first, index) => (first < 6000 && first + 10 > 5000 ? [index] : []));
    expect(from).toBeLessThanOrEqual(seen[0] ?? -1);
    expect(end).toBeGreaterThan(seen.at(-1) ?? Infinity);
    expect(end - from).toBeLessThanOrEqual(seen.length + 2);
  });

  it('keeps one that begins far before the screen and reaches into it', () => {
    const [from, end] = onScreen(scene, 2, (index) => [0, 900_000][index] ?? 0);
    expect([from, end]).toEqual([0, 1]);
  });
});

describe('Columns', () => {
  it('paints each column of pixels once, with the share of all that is in it', () => {
    const painted: (readonly [number, number])[] = [];
    const columns = new Columns((left, share) => painted.push([left, share]));
    for (const [x, share] of [
      [0.1, 0.25],
      [0.6, 0.25],
      [2.2, 0.7],
      [2.9, 0.7],
    ] as const)
      columns.add(x, share);
    columns.flush();
    columns.flush();
    expect(painted).toEqual([
      [0, 0.5],
      [2, 1],
    ]);
  });
});
