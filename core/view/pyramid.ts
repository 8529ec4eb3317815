import { assert } from '../assert.ts';

/**
 * What an extent, or any extent of a bucket, is; a bucket has the bits of all that is in it. The last two are for the
 * lane of differences: which side has something there. `torn` is of what was written there: torn, or wrong in another way.
 */
export const mark = {
  differs: 1,
  unwritten: 2,
  misaligned: 4,
  torn: 8,
  uncertain: 16,
  inPredicted: 32,
  inActual: 64,
} as const;

/** Stretches to draw, in ascending order of `start` and not overlapping. Positions are those of the axis. */
export interface Stretches {
  readonly count: number;
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** Bits of {@link mark}. */
  readonly marks: Uint8Array;
}

/**
 * Levels of detail over stretches: level 0 is the stretches themselves, each bucket of a higher level stands for
 * `fan` neighbours of the level below. Buckets know where they begin and end, how much of that is covered, and the
 * marks of everything in them, so that one differing block among a million is visible at every zoom.
 */
export interface Pyramid {
  readonly levels: readonly Level[];
}

interface Level extends Stretches {
  readonly covered: Float64Array;
}

const fan = 8;

/** Builds the pyramid in one pass per level: time and memory are linear in the number of stretches. */
export function buildPyramid(stretches: Stretches): Pyramid {
  const { count, start, end, marks } = stretches;
  const covered = new Float64Array(count);
  for (let i = 0; i < count; i++) covered[i] = (end[i] ?? 0) - (start[i] ?? 0);
  let level: Level = { count, start, end, marks, covered };
  const levels = [level];
  while (level.count > fan) {
    level = bucketsOf(level);
    levels.push(level);
  }
  return { levels };
}

function bucketsOf(below: Level): Level {
  const count = Math.ceil(below.count / fan);
  const level = {
    count,
    start: new Float64Array(count),
    end: new Float64Array(count),
    marks: new Uint8Array(count),
    covered: new Float64Array(count),
  };
  for (let i = 0; i < below.count; i++) {
    const bucket = Math.floor(i / fan);
    if (i % fan === 0) level.start[bucket] = below.start[i] ?? 0;
    level.end[bucket] = Math.max(level.end[bucket] ?? 0, below.end[i] ?? 0);
    level.marks[bucket] = (level.marks[bucket] ?? 0) | (below.marks[i] ?? 0);
    level.covered[bucket] = (level.covered[bucket] ?? 0) + (below.covered[i] ?? 0);
  }
  return level;
}

/** Receives what to draw, left to right. `index` is the stretch, or -1 for a bucket of several. */
export type Visit = (start: number, end: number, covered: number, marks: number, index: number) => void;

/**
 * Visits what covers [from, to): single stretches where they are at least `grain` long or alone, else the largest
 * buckets that are shorter than `grain` (one device pixel, in positions). The work is bounded by the number of grains
 * in the range, not by the number of stretches.
 */
export function visitRange(pyramid: Pyramid, from: number, to: number, grain: number, visit: Visit): void {
  assert(grain > 0, 'a grain is longer than nothing');
  const top = pyramid.levels.length - 1;
  const level = pyramid.levels[top];
  if (!level) return;
  for (let i = 0; i < level.count; i++) visitNode(pyramid, top, i, from, to, grain, visit);
}

function visitNode(
  pyramid: Pyramid,
  height: number,
  index: number,
  from: number,
  to: number,
  grain: number,
  visit: Visit,
): void {
  const level = pyramid.levels[height];
  if (!level) return;
  const start = level.start[index] ?? 0;
  const end = level.end[index] ?? 0;
  if (end <= from || start >= to) return;
  if (height === 0 || end - start < grain) {
    visit(start, end, level.covered[index] ?? 0, level.marks[index] ?? 0, height === 0 ? index : -1);
    return;
  }
  const below = pyramid.levels[height - 1];
  const first = index * fan;
  const last = Math.min(first + fan, below?.count ?? 0);
  for (let child = first; child < last; child++)
    visitNode(pyramid, height - 1, child, from, to, grain, visit);
}

/** The stretch at `position`, or the nearest one within `reach` on either side; -1 where there is none. */
export function hitTest(stretches: Stretches, position: number, reach: number): number {
  const after = firstEndingAfter(stretches, position);
  let best = -1;
  let bestDistance = reach;
  for (const candidate of [after, after - 1]) {
    if (candidate < 0 || candidate >= stretches.count) continue;
    const start = stretches.start[candidate] ?? 0;
    const end = stretches.end[candidate] ?? 0;
    const distance = Math.max(0, start - position, position - end);
    if (distance < bestDistance || (distance === 0 && position < end)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function firstEndingAfter(stretches: Stretches, position: number): number {
  let low = 0;
  let high = stretches.count;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((stretches.end[middle] ?? 0) > position) high = middle;
    else low = middle + 1;
  }
  return low;
}
