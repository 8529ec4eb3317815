/** A stretch of the volume: first block, length, and how much of it is free. */
export type Cell = readonly [first: number, length: number, free: number];

/** Collects runs, given in ascending order; those shorter than a grain are told together where they lie within one. */
export class CellList {
  readonly cells: Cell[] = [];
  readonly #grain: number;
  #first = 0;
  #end = 0;
  #free = 0;

  constructor(grainBlocks: number) {
    this.#grain = grainBlocks;
  }

  add(first: number, length: number): void {
    if (this.#free > 0 && first + length - this.#first > this.#grain) this.#flush();
    if (this.#free === 0) this.#first = first;
    this.#end = first + length;
    this.#free += length;
    if (this.#end - this.#first >= this.#grain) this.#flush();
  }

  /** Everything so far, as one flat list. */
  finish(): number[] {
    this.#flush();
    return this.cells.flat();
  }

  #flush(): void {
    if (this.#free > 0) this.cells.push([this.#first, this.#end - this.#first, this.#free]);
    this.#free = 0;
  }
}
