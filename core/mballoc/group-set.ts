import { findNextSet } from './bits.ts';

/** A set of group numbers that is walked in ascending order while it changes, as the kernel walks an xarray. */
export class GroupSet {
  readonly #words: Int32Array;
  #size = 0;

  constructor(groupCount: number) {
    this.#words = new Int32Array((groupCount + 31) >>> 5);
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  add(group: number): void {
    this.#words[group >>> 5] |= 1 << (group & 31);
    this.#size++;
  }

  delete(group: number): void {
    this.#words[group >>> 5] &= ~(1 << (group & 31));
    this.#size--;
  }

  /** The first member in [from, end), or `end`. */
  next(from: number, end: number): number {
    return findNextSet(this.#words, end, from);
  }
}
