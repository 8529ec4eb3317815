import type { Visit } from './pyramid.ts';

/** Receives a cell: where it begins and ends, how much of it is covered, the marks of all in it, and how many are in it. */
export type PaintCell = (
  start: number,
  end: number,
  covered: number,
  marks: number,
  count: number,
  index: number,
) => void;

/**
 * Joins what {@link visitRange} visits, as far as it is narrower than `width` positions, into cells of up to twice that
 * width, so that the number of rectangles follows the width of the screen and not the number of extents. A cell has
 * the marks of everything in it. Wider stretches come by themselves, with their index; whoever uses this calls
 * {@link flush} at the end.
 */
export class Cells {
  /** In positions. */
  readonly width: number;
  readonly #paint: PaintCell;
  #start = 0;
  #end = 0;
  #covered = 0;
  #marks = 0;
  #count = 0;
  #index = -1;

  constructor(width: number, paint: PaintCell) {
    this.width = width;
    this.#paint = paint;
  }

  readonly add: Visit = (start, end, covered, marks, index) => {
    const isWide = end - start >= this.width;
    if (this.#count > 0 && (isWide || end - this.#start > this.width)) this.flush();
    if (isWide) {
      this.#paint(start, end, covered, marks, 1, index);
      return;
    }
    if (this.#count === 0) {
      this.#start = start;
      this.#index = index;
      this.#end = end;
    }
    this.#end = Math.max(this.#end, end);
    this.#covered += covered;
    this.#marks |= marks;
    this.#count++;
  };

  /** Paints what is still collected. */
  flush(): void {
    if (this.#count === 0) return;
    const isSingle = this.#count === 1;
    this.#paint(this.#start, this.#end, this.#covered, this.#marks, this.#count, isSingle ? this.#index : -1);
    this.#count = 0;
    this.#covered = 0;
    this.#marks = 0;
  }
}
