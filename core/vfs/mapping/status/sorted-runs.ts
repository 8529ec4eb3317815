import { assert } from '../../../assert.ts';
import { RunChunk, type RunState, type StatusRun } from './runs.ts';

/**
 * Runs in logical order that do not overlap, in chunks, so that insertion costs little in files of many thousand
 * runs. One cursor moves over them, and the run that it stands on is read and changed through it; behind the last run it
 * stands on nothing ({@link isBehind}).
 */
export class SortedRuns implements StatusRun {
  #chunks = [new RunChunk()];
  /** Position of the cursor's chunk, the chunk itself, and the run's place in it. */
  #position = 0;
  #chunk = this.#chunks[0];
  #index = 0;

  /** Moves the cursor to the run that holds `block`, else to the first one behind it, else behind the last. */
  seek(block: number): void {
    if (this.#isNear(block)) return;
    let low = 0;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#chunks[middle].logical(0) <= block) low = middle;
      else high = middle - 1;
    }
    this.#enter(low);
    this.#index = this.#chunk.firstEndingBehind(block);
    this.#leaveEnd();
  }

  /**
   * Whether the cursor stands where {@link seek} would put it, after at most one step: one call often asks for the same
   * place several times, and the next call for the place behind.
   */
  #isNear(block: number): boolean {
    const chunk = this.#chunk;
    let index = this.#index;
    if (index >= chunk.count) return false;
    if (chunk.end(index) <= block) {
      if (++index === chunk.count || chunk.end(index) <= block) return false;
      this.#index = index;
      return true;
    }
    return chunk.logical(index) <= block || (index > 0 && chunk.end(index - 1) <= block);
  }

  /** Whether the cursor stands behind the last run. */
  get isBehind(): boolean {
    return this.#index === this.#chunk.count;
  }

  get logical(): number {
    return this.#chunk.logical(this.#index);
  }

  get length(): number {
    return this.#chunk.length(this.#index);
  }

  /** The block right behind the run, logically. */
  get end(): number {
    return this.#chunk.end(this.#index);
  }

  get physical(): number {
    return this.#chunk.physical(this.#index);
  }

  get state(): RunState {
    return this.#chunk.state(this.#index);
  }

  /** Changes the borders of the run under the cursor. */
  place(logical: number, length: number, physical: number): void {
    this.#chunk.place(this.#index, logical, length, physical);
  }

  /** Moves the cursor one run on. */
  next(): void {
    assert(!this.isBehind, 'nothing follows what is behind the last run');
    this.#index += 1;
    this.#leaveEnd();
  }

  /** Moves the cursor one run back; false, and no move, at the first. */
  previous(): boolean {
    if (this.#index === 0) {
      if (this.#position === 0) return false;
      this.#enter(this.#position - 1);
      this.#index = this.#chunk.count;
    }
    this.#index -= 1;
    return true;
  }

  /** Puts a run before the cursor, which then stands on it. */
  insert(logical: number, length: number, physical: number, state: RunState): void {
    if (this.#chunk.isFull) this.#cut();
    this.#chunk.insert(this.#index, logical, length, physical, state);
  }

  /** Takes the run under the cursor away; the cursor then stands on the one behind it. */
  remove(): void {
    this.#chunk.remove(this.#index);
    if (this.#chunk.count > 0 || this.#chunks.length === 1) {
      this.#leaveEnd();
      return;
    }
    this.#chunks.splice(this.#position, 1);
    const wasLast = this.#position === this.#chunks.length;
    this.#enter(wasLast ? this.#position - 1 : this.#position);
    this.#index = wasLast ? this.#chunk.count : 0;
  }

  clear(): void {
    this.#chunks = [new RunChunk()];
    this.#enter(0);
    this.#index = 0;
  }

  *[Symbol.iterator](): Generator<StatusRun> {
    for (const chunk of this.#chunks) {
      for (let index = 0; index < chunk.count; index++) {
        yield {
          logical: chunk.logical(index),
          length: chunk.length(index),
          physical: chunk.physical(index),
          state: chunk.state(index),
        };
      }
    }
  }

  #enter(position: number): void {
    this.#position = position;
    this.#chunk = this.#chunks[position];
  }

  /** At the end of a chunk the cursor stands at the beginning of the next one, where there is one. */
  #leaveEnd(): void {
    if (this.#index < this.#chunk.count || this.#position === this.#chunks.length - 1) return;
    this.#enter(this.#position + 1);
    this.#index = 0;
  }

  /** Cuts a full chunk: in the middle, or close to its end where that is where runs come in. */
  #cut(): void {
    const { count } = this.#chunk;
    const keep = this.#index >= count - 1 ? count - 1 : count >>> 1;
    this.#chunks.splice(this.#position + 1, 0, this.#chunk.cut(keep));
    if (this.#index < keep) return;
    this.#enter(this.#position + 1);
    this.#index -= keep;
  }
}
