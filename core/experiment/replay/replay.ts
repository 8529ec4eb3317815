import { assertExists } from '../../assert.ts';

/**
 * How the layouts of a plan's files came about. A moment is a number of steps: 0 is right behind the mount, n behind the
 * n-th step, and one more than there are steps is the end, when the layouts have been read.
 */
export interface Replay {
  /** Names, by which changes mean their files. */
  readonly files: readonly string[];
  /** What changed until each moment since the one before it. */
  readonly moments: readonly (readonly LayoutChange[])[];
  /** Moments behind those that would have been too much to tell. */
  readonly untold: number;
}

/** A file's extents become others: from the place `at` on `drop` of them go and `put` come. */
export interface LayoutChange {
  readonly file: number;
  /** Whether the file is there from now on. */
  readonly there: boolean;
  readonly at: number;
  readonly drop: number;
  /** Four numbers for each extent: logical, physical, length, and 1 where it is unwritten. */
  readonly put: readonly number[];
}

/** Numbers for each extent in {@link LayoutChange.put}. */
export const stride = 4;

/** A file at one moment. */
export interface LayoutThen {
  readonly file: string;
  /** Flat, as in {@link LayoutChange.put}. */
  readonly extents: readonly number[];
}

/** Moments between two states that a player keeps. */
const checkpointEvery = 64;

type Now = ReadonlyMap<number, readonly number[]>;

/** Tells the layouts of any moment; the way from one to the next is short, and none is longer than from a checkpoint. */
export class ReplayPlayer {
  readonly #replay: Replay;
  readonly #checkpoints: Now[] = [new Map()];
  #last: { readonly moment: number; readonly now: Now } | null = null;

  constructor(replay: Replay) {
    this.#replay = replay;
  }

  /** The files that are there at a moment, in the order in which they first appeared. */
  layoutsAt(moment: number): LayoutThen[] {
    const now = this.#at(moment);
    this.#last = { moment, now };
    return [...now]
      .sort(([one], [other]) => one - other)
      .map(([file, extents]) => {
        return { file: assertExists(this.#replay.files[file], 'a file of the replay'), extents };
      });
  }

  #at(moment: number): Now {
    const last = this.#last;
    if (last && last.moment <= moment && moment - last.moment < checkpointEvery)
      return this.#advanced(last.now, last.moment + 1, moment + 1);
    const wanted = Math.floor(moment / checkpointEvery);
    for (let made = this.#checkpoints.length; made <= wanted; made++) {
      const from = (made - 1) * checkpointEvery;
      const before = assertExists(this.#checkpoints[made - 1], 'the checkpoint before');
      this.#checkpoints.push(this.#advanced(before, from, from + checkpointEvery));
    }
    const checkpoint = assertExists(this.#checkpoints[wanted], 'the checkpoint before a moment');
    return this.#advanced(checkpoint, wanted * checkpointEvery, moment + 1);
  }

  /** What the moments [from, to) make of it. A checkpoint is what was before its moment. */
  #advanced(before: Now, from: number, to: number): Now {
    const now = new Map(before);
    for (const changes of this.#replay.moments.slice(from, to)) {
      for (const change of changes) {
        if (change.there) now.set(change.file, changed(now.get(change.file) ?? [], change));
        else now.delete(change.file);
      }
    }
    return now;
  }
}

/**
 * The moment since which a block of a file has been at `physical`, looking back from `moment`; null where it is not
 * there then, or the replay does not tell so far. The extents themselves need not be made for it: it is enough to follow
 * the one that holds the block.
 */
export function placedAt(
  replay: Replay,
  file: string,
  logical: number,
  physical: number,
  moment: number,
): number | null {
  const index = replay.files.indexOf(file);
  if (index < 0 || moment >= replay.moments.length) return null;
  /** Place among the extents of the one that holds the block; null for a hole. */
  let holder: number | null = null;
  let isThere = false;
  let since: number | null = null;
  for (const [at, changes] of replay.moments.slice(0, moment + 1).entries()) {
    for (const change of changes) {
      if (change.file !== index) continue;
      if (holder !== null && holder >= change.at + change.drop) {
        holder += change.put.length / stride - change.drop;
      } else if (holder === null || holder >= change.at) {
        const within = holderOf(change.put, logical);
        holder = within === null ? null : change.at + within;
        isThere = within !== null && blockOf(change.put, within, logical) === physical;
      }
      if (!isThere) since = null;
      else since ??= at;
    }
  }
  return since;
}

/** Applies one change to a flat list of extents. */
function changed(extents: readonly number[], { at, drop, put }: LayoutChange): readonly number[] {
  return extents.slice(0, at * stride).concat(put, extents.slice((at + drop) * stride));
}

/** Place of the extent that holds a logical block; null where none does. */
function holderOf(extents: readonly number[], logical: number): number | null {
  let low = 0;
  let high = extents.length / stride;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((extents[middle * stride] ?? 0) <= logical) low = middle + 1;
    else high = middle;
  }
  const [first = 0, , length = 0] = extents.slice((low - 1) * stride, low * stride);
  return low > 0 && logical < first + length ? low - 1 : null;
}

function blockOf(extents: readonly number[], index: number, logical: number): number {
  return (extents[index * stride + 1] ?? 0) + logical - (extents[index * stride] ?? 0);
}
