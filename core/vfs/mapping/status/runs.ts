import { assert } from '../../../assert.ts';

/** What the status tree knows about a run of logical blocks (extents_status.h: struct extent_status). */
export interface StatusRun {
  readonly logical: number;
  readonly length: number;
  /** First physical block; without meaning for holes and delayed blocks. */
  readonly physical: number;
  readonly state: RunState;
}

export type RunState = 'written' | 'unwritten' | 'delayed' | 'hole';

/** Runs in one chunk at most. */
export const chunkCapacity = 256;
const firstCapacity = 4;

/** A run is four numbers in a row: logical, length, physical, state. */
const fields = 4;

/**
 * Some runs in logical order, as bare numbers in one array: a file of many thousand runs then has no object for each, and
 * room for one more is a move of memory. Grows up to {@link chunkCapacity}.
 */
export class RunChunk {
  count = 0;
  #numbers: Float64Array;

  constructor(capacity = firstCapacity) {
    this.#numbers = new Float64Array(capacity * fields);
  }

  get isFull(): boolean {
    return this.count === chunkCapacity;
  }

  logical(index: number): number {
    return this.#numbers[index * fields];
  }

  length(index: number): number {
    return this.#numbers[index * fields + 1];
  }

  physical(index: number): number {
    return this.#numbers[index * fields + 2];
  }

  state(index: number): RunState {
    return stateOf(this.#numbers[index * fields + 3]);
  }

  /** The block right behind a run, logically. */
  end(index: number): number {
    const at = index * fields;
    return this.#numbers[at] + this.#numbers[at + 1];
  }

  /** Moves the borders of a run, which keeps its state. */
  place(index: number, logical: number, length: number, physical: number): void {
    assert(index < this.count, 'only a run that is there is changed');
    const at = index * fields;
    this.#numbers[at] = logical;
    this.#numbers[at + 1] = length;
    this.#numbers[at + 2] = physical;
  }

  /** Puts a run before the one at `index`. */
  insert(index: number, logical: number, length: number, physical: number, state: RunState): void {
    assert(!this.isFull && index <= this.count, 'a chunk has room for what it is given');
    const at = index * fields;
    const end = this.count * fields;
    if (end === this.#numbers.length) this.#grow();
    this.#makeRoom(at, end);
    this.count++;
    this.#numbers[at + 3] = codeOf(state);
    this.place(index, logical, length, physical);
  }

  remove(index: number): void {
    assert(index < this.count, 'only a run that is there is removed');
    this.#numbers.copyWithin(index * fields, (index + 1) * fields, this.count * fields);
    this.count--;
  }

  /** Cuts the runs from `index` on off, into a chunk of their own. */
  cut(index: number): RunChunk {
    const rest = new RunChunk(chunkCapacity);
    rest.count = this.count - index;
    rest.#numbers.set(this.#numbers.subarray(index * fields, this.count * fields));
    this.count = index;
    return rest;
  }

  /** Index of the first run that ends behind `block`; `count` where none does. */
  firstEndingBehind(block: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.end(middle) <= block) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Moves the numbers [at, end) one run on: most runs come in close to the end, where a call costs more than a loop. */
  #makeRoom(at: number, end: number): void {
    const numbers = this.#numbers;
    if (end - at > 8 * fields) {
      numbers.copyWithin(at + fields, at, end);
      return;
    }
    for (let i = end - 1; i >= at; i--) numbers[i + fields] = numbers[i];
  }

  #grow(): void {
    const grown = new Float64Array(Math.min(this.#numbers.length * 4, chunkCapacity * fields));
    grown.set(this.#numbers);
    this.#numbers = grown;
  }
}

const states: readonly RunState[] = ['written', 'unwritten', 'delayed', 'hole'];

function stateOf(code: number): RunState {
  const state = states[code];
  assert(state !== undefined, 'a run has a state');
  return state;
}

function codeOf(state: RunState): number {
  if (state === 'written') return 0;
  if (state === 'unwritten') return 1;
  return state === 'delayed' ? 2 : 3;
}
