import { assert } from '../../../assert.ts';

/** What the status tree knows about a run of logical blocks (extents_status.h: struct extent_status). */
export interface StatusRun {
  logical: number;
  length: number;
  /** First physical block; without meaning for holes and delayed blocks. */
  physical: number;
  readonly state: RunState;
}

export type RunState = 'written' | 'unwritten' | 'delayed' | 'hole';

/** Runs in one chunk; a full chunk is cut in two. */
const chunkCapacity = 256;

/**
 * Runs in logical order that do not overlap, in chunks, so that insertion costs little in files of many thousand
 * runs. One cursor moves over them; every change happens at the cursor.
 */
export class SortedRuns {
  readonly #chunks: StatusRun[][] = [[]];
  #chunk = 0;
  #index = 0;

  /** Moves the cursor to the run that holds `block`, else to the first one behind it, else behind the last. */
  seek(block: number): StatusRun | null {
    if (this.#isAt(block)) return this.current();
    let low = 0;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      const head = this.#chunks[middle]?.[0];
      if (head !== undefined && head.logical <= block) low = middle;
      else high = middle - 1;
    }
    this.#chunk = low;
    const runs = this.#chunkAt(low);
    this.#index = firstEndingBehind(runs, block);
    if (this.#index === runs.length && low < this.#chunks.length - 1) {
      this.#chunk += 1;
      this.#index = 0;
    }
    return this.current();
  }

  /** Whether the cursor stands where {@link seek} would put it: one call often asks for the same place several times. */
  #isAt(block: number): boolean {
    const runs = this.#chunks[this.#chunk];
    const run = runs?.[this.#index];
    if (run === undefined || run.logical + run.length <= block) return false;
    if (run.logical <= block) return true;
    const left = this.#index > 0 ? runs?.[this.#index - 1] : undefined;
    return left !== undefined && left.logical + left.length <= block;
  }

  /** The run under the cursor; null behind the last. */
  current(): StatusRun | null {
    return this.#chunks[this.#chunk]?.[this.#index] ?? null;
  }

  /** The run before the cursor, which stays where it is. */
  before(): StatusRun | null {
    if (this.#index > 0) return this.#chunks[this.#chunk]?.[this.#index - 1] ?? null;
    return this.#chunks[this.#chunk - 1]?.at(-1) ?? null;
  }

  /** Moves the cursor one run on. */
  next(): StatusRun | null {
    this.#index += 1;
    if (this.#index >= this.#chunkAt(this.#chunk).length && this.#chunk < this.#chunks.length - 1) {
      this.#chunk += 1;
      this.#index = 0;
    }
    return this.current();
  }

  /** Moves the cursor one run back; null, and no move, at the first. */
  previous(): StatusRun | null {
    if (this.#index > 0) this.#index -= 1;
    else if (this.#chunk > 0) {
      this.#chunk -= 1;
      this.#index = this.#chunkAt(this.#chunk).length - 1;
    } else return null;
    return this.current();
  }

  /** Puts a run before the cursor, which then stands on it. */
  insert(run: StatusRun): void {
    const runs = this.#chunkAt(this.#chunk);
    if (this.#index === runs.length) runs.push(run);
    else runs.splice(this.#index, 0, run);
    if (runs.length > chunkCapacity) this.#cut(runs);
  }

  /** Takes the run under the cursor away; the cursor then stands on the one behind it. */
  remove(): void {
    const runs = this.#chunkAt(this.#chunk);
    assert(this.#index < runs.length, 'the cursor stands on a run');
    runs.splice(this.#index, 1);
    if (runs.length === 0 && this.#chunks.length > 1) {
      this.#chunks.splice(this.#chunk, 1);
      this.#index = 0;
      if (this.#chunk === this.#chunks.length) {
        this.#chunk -= 1;
        this.#index = this.#chunkAt(this.#chunk).length;
      }
    } else if (this.#index === runs.length && this.#chunk < this.#chunks.length - 1) {
      this.#chunk += 1;
      this.#index = 0;
    }
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#chunks.push([]);
    this.#chunk = 0;
    this.#index = 0;
  }

  *[Symbol.iterator](): Generator<StatusRun> {
    for (const runs of this.#chunks) yield* runs;
  }

  #chunkAt(position: number): StatusRun[] {
    const runs = this.#chunks[position];
    assert(runs !== undefined, 'the cursor stands in a chunk');
    return runs;
  }

  /** Cuts a full chunk: in the middle, or at its end where runs are being appended. */
  #cut(runs: StatusRun[]): void {
    const appended = this.#index === runs.length - 1;
    const keep = appended ? runs.length - 1 : runs.length >>> 1;
    this.#chunks.splice(this.#chunk + 1, 0, runs.splice(keep));
    if (this.#index >= keep) {
      this.#chunk += 1;
      this.#index -= keep;
    }
  }
}

function firstEndingBehind(runs: readonly StatusRun[], block: number): number {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const run = runs[middle];
    if (run !== undefined && run.logical + run.length <= block) low = middle + 1;
    else high = middle;
  }
  return low;
}
