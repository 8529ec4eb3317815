import { toBlock, toPosition } from '../../core/view/index.ts';
import { toX, type Scene } from './scene.ts';

/** What a band shows, one after the other: as many rectangles as the screen has pixels, however many items there are. */

/** The stretch of the screen of a run of blocks, at least a pixel wide; null where it is not on it. */
export function boxOf(scene: Scene, first: number, length: number): { left: number; width: number } | null {
  const left = toX(scene, toPosition(scene.axis, first));
  const right = toX(scene, toPosition(scene.axis, first + length));
  if (right < 0 || left > scene.width) return null;
  const from = Math.max(-4, left);
  return { left: from, width: Math.max(1, Math.min(scene.width + 4, right) - from) };
}

/** Of items in ascending order, those that may be on screen: the first, and one past the last. */
export function onScreen(
  scene: Scene,
  count: number,
  firstOf: (index: number) => number,
): readonly [from: number, end: number] {
  const left = toBlock(scene.axis, scene.view.from);
  const right = toBlock(scene.axis, scene.view.to);
  // One that began before the left end may reach beyond it.
  return [Math.max(0, behind(count, firstOf, left) - 1), behind(count, firstOf, right)];
}

/** How many items begin at or before a block. */
function behind(count: number, firstOf: (index: number) => number, block: number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (firstOf(middle) <= block) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Joins what shares a column of pixels, so that each is painted once: `paint` gets its left end and how much is in it. */
export class Columns {
  readonly #paint: (left: number, share: number) => void;
  #left = NaN;
  #share = 0;

  constructor(paint: (left: number, share: number) => void) {
    this.#paint = paint;
  }

  /** `share` of a pixel, from 0 to 1, that is taken there. */
  add(x: number, share: number): void {
    const left = Math.floor(x);
    if (left !== this.#left) this.flush();
    this.#left = left;
    this.#share += share;
  }

  flush(): void {
    if (this.#share > 0) this.#paint(this.#left, Math.min(1, this.#share));
    this.#share = 0;
  }
}
