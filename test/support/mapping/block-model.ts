import type { BlockMapping, Mapped } from '../../../core/vfs/filesystem.ts';

type Extents = ReturnType<BlockMapping['extents']>;

/** What a file maps, one entry for each block: too slow for anything but checking the mapping. */
export class BlockModel {
  #blocks = new Map<number, { physical: number; written: boolean }>();

  get size(): number {
    return this.#blocks.size;
  }

  at(logical: number): { physical: number; written: boolean } | undefined {
    return this.#blocks.get(logical);
  }

  /** The answer of a mapping call: what was mapped stays where it was, and what is new is not elsewhere in the file. */
  accept(logical: number, answer: Mapped, unwrites: boolean): void {
    if (answer.state === 'hole' || answer.state === 'delayed') return;
    for (let offset = 0; offset < answer.length; offset++) {
      const before = this.#blocks.get(logical + offset);
      const physical = answer.physical + offset;
      if (before !== undefined && before.physical !== physical) throw new Error('a mapped block moved');
      const written = answer.state === 'written' || (!unwrites && before?.written === true);
      this.#blocks.set(logical + offset, { physical, written });
    }
  }

  write(logical: number, length: number): void {
    for (let block = logical; block < logical + length; block++) {
      const entry = this.#blocks.get(block);
      if (entry !== undefined) entry.written = true;
    }
  }

  remove(first: number, end: number): void {
    for (const block of this.#blocks.keys()) if (block >= first && block < end) this.#blocks.delete(block);
  }

  shift(from: number, by: number): void {
    const moved = [...this.#blocks].map(
      ([block, entry]) => [block >= from ? block + by : block, entry] as const,
    );
    this.#blocks = new Map(moved);
  }

  /** Compares with the mapping's own answer; blocks that were zeroed on the way count as written from now on. */
  check(extents: Extents): void {
    let count = 0;
    for (const { logical, physical, length, state } of extents) {
      for (let offset = 0; offset < length; offset++) {
        const entry = this.#blocks.get(logical + offset);
        if (entry?.physical !== physical + offset)
          throw new Error(`block ${String(logical + offset)} is elsewhere`);
        if (entry.written && state !== 'written')
          throw new Error(`data of ${String(logical + offset)} is lost`);
        entry.written = state === 'written';
        count += 1;
      }
    }
    if (count !== this.#blocks.size)
      throw new Error(`${String(this.#blocks.size - count)} blocks are missing`);
  }
}
