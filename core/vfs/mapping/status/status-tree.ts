import { assert } from '../../../assert.ts';
import { maxBlocks } from '../file.ts';
import { SortedRuns, type RunState, type StatusRun } from './runs.ts';

/** Told of every piece of a run that {@link StatusTree.remove} takes away, in logical order, before it is gone. */
export type RemovalObserver = (piece: { logical: number; length: number }, run: Readonly<StatusRun>) => void;

/**
 * The extent status tree of one inode (fs/ext4/extents_status.c): delayed blocks, and a cache of mappings. The cache
 * never decides where blocks go, but how long a mapping looks to a lookup: neighbours merge here across extents and
 * leaves. Memory pressure, which empties it in the kernel, does not exist here.
 */
export class StatusTree {
  readonly #runs = new SortedRuns();

  /** ext4_es_lookup_extent(): the run that holds `block`. */
  lookup(block: number): Readonly<StatusRun> | null {
    const run = this.#runs.seek(block);
    return run !== null && run.logical <= block ? run : null;
  }

  /** __es_insert_extent(): adds a run where there is none, merged with its neighbours. */
  add(logical: number, length: number, physical: number, state: RunState): void {
    const runs = this.#runs;
    const right = runs.seek(logical);
    const left = runs.before();
    assert(right === null || logical + length <= right.logical, 'status runs do not overlap');
    const joinsLeft = left !== null && joins(left, logical, physical, state, length);
    if (right !== null && continues(right, logical + length, physical + length, state, length)) {
      right.logical = logical;
      right.length += length;
      right.physical = physical;
      if (!joinsLeft || left.length + right.length > maxBlocks) return;
      left.length += right.length;
      runs.remove();
    } else if (joinsLeft) {
      left.length += length;
    } else {
      runs.insert({ logical, length, physical, state });
    }
  }

  /** ext4_es_cache_extent(): as {@link add}, but only where nothing is known about any of the blocks. */
  cache(logical: number, length: number, physical: number, state: RunState): void {
    if (length === 0) return;
    const run = this.#runs.seek(logical);
    if (run === null || run.logical > logical + length - 1) this.add(logical, length, physical, state);
  }

  /** __es_remove_extent(): forgets [first, last], cutting the runs at the ends. */
  remove(first: number, last: number, observer?: RemovalObserver): void {
    const runs = this.#runs;
    let run = runs.seek(first);
    if (run === null || run.logical > last) return;
    if (run.logical < first) {
      const { logical, length, physical, state } = run;
      const end = logical + length - 1;
      observer?.({ logical: first, length: Math.min(end, last) - first + 1 }, run);
      run.length = first - logical;
      run = runs.next();
      if (end > last) {
        runs.insert({
          logical: last + 1,
          length: end - last,
          physical: physical + (last + 1 - logical),
          state,
        });
        return;
      }
    }
    while (run !== null && run.logical + run.length - 1 <= last) {
      observer?.({ logical: run.logical, length: run.length }, run);
      runs.remove();
      run = runs.current();
    }
    if (run !== null && run.logical <= last) {
      const cut = last + 1 - run.logical;
      observer?.({ logical: run.logical, length: cut }, run);
      run.logical += cut;
      run.length -= cut;
      run.physical += cut;
    }
  }

  /** __es_scan_range(): whether any block of [first, last] has a state that `matches`. */
  any(first: number, last: number, matches: (state: RunState) => boolean): boolean {
    const run = this.find(first, last, matches);
    return run !== null && run.logical <= last;
  }

  /** ext4_es_find_extent_range(): the first matching run at or behind `first`; it may start behind `last`. */
  find(first: number, last: number, matches: (state: RunState) => boolean): Readonly<StatusRun> | null {
    let run = this.#runs.seek(first);
    if (run === null || matches(run.state)) return run;
    for (run = this.#runs.next(); run !== null && run.logical <= last; run = this.#runs.next()) {
      if (matches(run.state)) return run;
    }
    return null;
  }

  /** Whether a delayed run reaches to or behind `floor`, looking left from before `block`. */
  delayedBefore(block: number, floor: number): boolean {
    this.#runs.seek(block);
    for (let run = this.#runs.previous(); run !== null; run = this.#runs.previous()) {
      if (run.logical + run.length - 1 < floor) return false;
      if (run.state === 'delayed') return true;
    }
    return false;
  }

  /** Whether a delayed run starts at or before `ceiling`, looking right from `block` on. */
  delayedFrom(block: number, ceiling: number): boolean {
    for (let run = this.#runs.seek(block); run !== null; run = this.#runs.next()) {
      if (run.logical > ceiling) return false;
      if (run.state === 'delayed') return true;
    }
    return false;
  }

  clear(): void {
    this.#runs.clear();
  }

  /** All runs in logical order. */
  runs(): Iterable<Readonly<StatusRun>> {
    return this.#runs;
  }
}

/** ext4_es_can_be_merged() for a new run behind `left`. */
function joins(left: StatusRun, logical: number, physical: number, state: RunState, length: number): boolean {
  if (left.state !== state || left.logical + left.length !== logical || left.length + length > maxBlocks)
    return false;
  return isPlaceless(state) || left.physical + left.length === physical;
}

/** ext4_es_can_be_merged() for a new run that ends before `end` (logically) and `physicalEnd`, and a run behind it. */
function continues(
  right: StatusRun,
  end: number,
  physicalEnd: number,
  state: RunState,
  length: number,
): boolean {
  if (right.state !== state || right.logical !== end || right.length + length > maxBlocks) return false;
  return isPlaceless(state) || right.physical === physicalEnd;
}

function isPlaceless(state: RunState): boolean {
  return state === 'hole' || state === 'delayed';
}
