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

/** The layouts of the files that are there at a moment, in the order in which they first appeared. */
export function layoutsAt(replay: Replay, moment: number): LayoutThen[] {
  const now = new Map<number, readonly number[]>();
  for (const changes of replay.moments.slice(0, moment + 1)) {
    for (const change of changes) {
      if (change.there) now.set(change.file, changed(now.get(change.file) ?? [], change));
      else now.delete(change.file);
    }
  }
  return [...now]
    .sort(([one], [other]) => one - other)
    .map(([file, extents]) => ({ file: assertExists(replay.files[file], 'a file of the replay'), extents }));
}

/**
 * The moment since which a block of a file has been at `physical`, looking back from `moment`; null where it is not
 * there then, or the replay does not tell so far.
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
  let extents: readonly number[] = [];
  let since: number | null = null;
  for (const [at, changes] of replay.moments.slice(0, moment + 1).entries()) {
    for (const change of changes) {
      if (change.file !== index) continue;
      extents = change.there ? changed(extents, change) : [];
      if (blockAt(extents, logical) !== physical) since = null;
      else since ??= at;
    }
  }
  return since;
}

/** Applies one change to a flat list of extents. */
export function changed(extents: readonly number[], { at, drop, put }: LayoutChange): readonly number[] {
  return extents.slice(0, at * stride).concat(put, extents.slice((at + drop) * stride));
}

/** The physical block of a logical one; null in a hole. */
function blockAt(extents: readonly number[], logical: number): number | null {
  let low = 0;
  let high = extents.length / stride;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((extents[middle * stride] ?? 0) <= logical) low = middle + 1;
    else high = middle;
  }
  const [first = 0, physical = 0, length = 0] = extents.slice((low - 1) * stride, low * stride);
  return low > 0 && logical < first + length ? physical + logical - first : null;
}
