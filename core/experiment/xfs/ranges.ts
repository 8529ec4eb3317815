interface Range {
  readonly from: number;
  readonly to: number;
}

/** The blocks of one file that are backed by space: ranges [from, to) in logical blocks, apart from each other, in order. */
export class BackedRanges {
  #ranges: Range[] = [];
  #blocks = 0;

  /** Number of blocks in all ranges. */
  get blocks(): number {
    return this.#blocks;
  }

  add(from: number, to: number): void {
    if (from >= to) return;
    const first = this.#firstEndingAtOrAfter(from);
    let next = first;
    let merged: Range = { from, to };
    for (let range = this.#ranges[next]; range && range.from <= to; range = this.#ranges[++next]) {
      merged = { from: Math.min(merged.from, range.from), to: Math.max(merged.to, range.to) };
    }
    this.#splice(first, next, [merged]);
  }

  remove(from: number, to: number): void {
    if (from >= to) return;
    const first = this.#firstEndingAtOrAfter(from);
    const kept: Range[] = [];
    let next = first;
    for (let range = this.#ranges[next]; range && range.from < to; range = this.#ranges[++next]) {
      if (range.from < from) kept.push({ from: range.from, to: Math.min(range.to, from) });
      if (range.to > to) kept.push({ from: Math.max(range.from, to), to: range.to });
    }
    this.#splice(first, next, kept);
  }

  /** Moves everything from `at` on by `by` blocks, left where `by` is negative; a range across `at` is split. */
  shift(at: number, by: number): void {
    const behind = this.#ranges
      .slice(this.#firstEndingAtOrAfter(at))
      .filter((range) => range.to > at)
      .map((range) => ({ from: Math.max(range.from, at), to: range.to }));
    this.remove(at, Infinity);
    for (const range of behind) this.add(range.from + by, range.to + by);
  }

  #firstEndingAtOrAfter(block: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((this.#ranges[middle]?.to ?? Infinity) < block) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #splice(first: number, end: number, replacement: Range[]): void {
    const removed = this.#ranges.splice(first, end - first, ...replacement);
    this.#blocks += lengthOf(replacement) - lengthOf(removed);
  }
}

function lengthOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from, 0);
}
