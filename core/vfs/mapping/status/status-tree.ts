import { assert } from '../../../assert.ts';
import { maxBlocks } from '../limits.ts';
import type { RunState, StatusRun } from './runs.ts';
import { SortedRuns } from './sorted-runs.ts';

/** Told of every piece of a run that {@link StatusTree.remove} takes away, in logical order, before it is gone. */
export type RemovalObserver = (piece: { logical: number; length: number }, run: StatusRun) => void;

/**
 * The extent status tree of one inode (fs/ext4/extents_status.c): delayed blocks, and a cache of mappings. The cache
 * never decides where blocks go, but how long a mapping looks to a lookup: neighbours merge here across extents and
 * leaves. Memory pressure, which empties it in the kernel, does not exist here.
 */
export class StatusTree {
  readonly #runs = new SortedRuns();

  /**
   * ext4_es_lookup_extent(): the run that holds `block`. Not a copy: it is good until the tree is asked or changed again.
   */
  lookup(block: number): StatusRun | null {
    const runs = this.#runs;
    runs.seek(block);
    return !runs.isBehind && runs.logical <= block ? runs : null;
  }

  /** __es_insert_extent(): adds a run where there is none, merged with its neighbours. */
  add(logical: number, length: number, physical: number, state: RunState): void {
    const runs = this.#runs;
    runs.seek(logical);
    const isLast = runs.isBehind;
    assert(isLast || logical + length <= runs.logical, 'status runs do not overlap');
    let grown = length;
    const joinsRight = !isLast && continues(runs, logical + length, physical + length, state, length);
    if (joinsRight) {
      grown += runs.length;
      runs.place(logical, grown, physical);
    }
    if (!runs.previous()) {
      if (!joinsRight) runs.insert(logical, length, physical, state);
      return;
    }
    if (joins(runs, logical, physical, state, length) && runs.length + grown <= maxBlocks) {
      runs.place(runs.logical, runs.length + grown, runs.physical);
      if (!joinsRight) return;
      runs.next();
      runs.remove();
    } else {
      runs.next();
      if (!joinsRight) runs.insert(logical, length, physical, state);
    }
  }

  /** ext4_es_cache_extent(): as {@link add}, but only where nothing is known about any of the blocks. */
  cache(logical: number, length: number, physical: number, state: RunState): void {
    if (length === 0) return;
    this.#runs.seek(logical);
    if (this.#startsBehind(logical + length - 1)) this.add(logical, length, physical, state);
  }

  /** __es_remove_extent(): forgets [first, last], cutting the runs at the ends. */
  remove(first: number, last: number, observer?: RemovalObserver): void {
    const runs = this.#runs;
    runs.seek(first);
    if (this.#startsBehind(last)) return;
    if (runs.logical < first) {
      const { logical, end, physical, state } = runs;
      observer?.({ logical: first, length: Math.min(end, last + 1) - first }, runs);
      runs.place(logical, first - logical, physical);
      runs.next();
      if (end > last + 1) {
        runs.insert(last + 1, end - last - 1, physical + (last + 1 - logical), state);
        return;
      }
    }
    while (!runs.isBehind && runs.end <= last + 1) {
      observer?.({ logical: runs.logical, length: runs.length }, runs);
      runs.remove();
    }
    if (this.#startsBehind(last)) return;
    const { logical, length, physical } = runs;
    const cut = last + 1 - logical;
    observer?.({ logical, length: cut }, runs);
    runs.place(last + 1, length - cut, physical + cut);
  }

  /** __es_scan_range(): whether any block of [first, last] has a state that `matches`. */
  any(first: number, last: number, matches: (state: RunState) => boolean): boolean {
    const run = this.find(first, last, matches);
    return run !== null && run.logical <= last;
  }

  /**
   * ext4_es_find_extent_range(): the first matching run at or behind `first`; it may start behind `last`. As good as that
   * of {@link lookup}.
   */
  find(first: number, last: number, matches: (state: RunState) => boolean): StatusRun | null {
    const runs = this.#runs;
    runs.seek(first);
    if (runs.isBehind) return null;
    if (matches(runs.state)) return runs;
    for (runs.next(); !this.#startsBehind(last); runs.next()) {
      if (matches(runs.state)) return runs;
    }
    return null;
  }

  /** Whether a delayed run reaches to or behind `floor`, looking left from before `block`. */
  delayedBefore(block: number, floor: number): boolean {
    const runs = this.#runs;
    runs.seek(block);
    while (runs.previous()) {
      if (runs.end <= floor) return false;
      if (runs.state === 'delayed') return true;
    }
    return false;
  }

  /** Whether a delayed run starts at or before `ceiling`, looking right from `block` on. */
  delayedFrom(block: number, ceiling: number): boolean {
    const runs = this.#runs;
    for (runs.seek(block); !this.#startsBehind(ceiling); runs.next()) {
      if (runs.state === 'delayed') return true;
    }
    return false;
  }

  /** Whether nothing from the cursor on begins at `block` or before. */
  #startsBehind(block: number): boolean {
    return this.#runs.isBehind || this.#runs.logical > block;
  }

  clear(): void {
    this.#runs.clear();
  }

  /** All runs in logical order. */
  runs(): Iterable<StatusRun> {
    return this.#runs;
  }
}

/** ext4_es_can_be_merged() for a new run behind `left`. */
function joins(
  left: SortedRuns,
  logical: number,
  physical: number,
  state: RunState,
  length: number,
): boolean {
  if (left.state !== state || left.logical + left.length !== logical || left.length + length > maxBlocks)
    return false;
  return isPlaceless(state) || left.physical + left.length === physical;
}

/** ext4_es_can_be_merged() for a new run that ends before `end` (logically) and `physicalEnd`, and a run behind it. */
function continues(
  right: SortedRuns,
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
