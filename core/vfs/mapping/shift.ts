import { assert, assertExists } from '../../assert.ts';
import { Refused } from '../../errno.ts';
import { getBlocks } from '../filesystem.ts';
import { split, splitExtentAt } from './extents/split-extent.ts';
import type { ExtentFile } from './file.ts';
import { maxBlocks } from './limits.ts';
import { mergeRight } from './tree/merge.ts';
import { extentEnd } from './tree/node.ts';
import {
  entryAt,
  extentAt,
  findExtent,
  leafLevel,
  nextAllocated,
  pathExtent,
  type Path,
} from './tree/path.ts';

type Direction = 'left' | 'right';

/**
 * Moves all extents from block `start` on by `by` blocks (fs/ext4/extents.c: ext4_ext_shift_extents()). Throws Refused
 * (EINVAL) when they would run into the extent before them or past the largest block.
 */
export function shiftExtents(file: ExtentFile, start: number, by: number, direction: Direction): void {
  const last = pathExtent(findExtent(file, maxBlocks - 1, getBlocks.noCache));
  if (last === null) return;
  if (direction === 'left') {
    refuseOverlap(file, start, by);
    shiftLeft(file, start, last.logical, by);
  } else {
    if (by > maxBlocks - extentEnd(last))
      throw new Refused('EINVAL', 'the last extent would go past the largest block');
    shiftRight(file, start, last.logical, by);
  }
}

function refuseOverlap(file: ExtentFile, start: number, by: number): void {
  const before = pathExtent(findExtent(file, start - 1, getBlocks.noCache));
  const beforeStart = before?.logical ?? 0;
  const beforeEnd = before === null ? 0 : extentEnd(before);
  // The first extent may lie behind `start`: the kernel's unsigned difference then is larger than any shift.
  const room = start >= beforeEnd ? start - beforeEnd : Infinity;
  if ((start === beforeStart && by > beforeStart) || by > room) {
    throw new Refused('EINVAL', 'the hole on the left is smaller than the shift');
  }
}

function shiftLeft(file: ExtentFile, start: number, stop: number, by: number): void {
  let next = start;
  while (next <= stop) {
    const path = findExtent(file, next, getBlocks.noCache);
    const level = leafLevel(path);
    const extent = assertExists(pathExtent(path), 'an extent to shift');
    const { extents } = level.node;
    if (next > extent.logical) {
      if (level.position === extents.length - 1 || level.position === null) {
        next = nextAllocated(path);
        continue;
      }
      level.position += 1;
    }
    next = extentEnd(extentAt(level.node, extents.length - 1));
    shiftPath(path, -by);
  }
}

function shiftRight(file: ExtentFile, start: number, stop: number, by: number): void {
  let next = stop;
  for (;;) {
    const path = findExtent(file, next, getBlocks.noCache);
    const level = leafLevel(path);
    const { extents } = level.node;
    const first = extentAt(level.node, 0).logical;
    if (first >= start) {
      level.position = 0;
    } else {
      const slot = extents.findIndex((extent) => extent.logical >= start);
      if (slot < 0) return;
      level.position = slot;
    }
    shiftPath(path, by);
    if (first <= start) return;
    next = first - 1;
    if (next < start) return;
  }
}

/** Moves the extents of a leaf from the path's on, and the entries above it (ext4_ext_shift_path_extents()). */
function shiftPath(path: Path, by: number): void {
  const { node, position } = leafLevel(path);
  assert(position !== null, 'a leaf with extents');
  if (by < 0) {
    for (let slot = position; slot < node.extents.length;) {
      extentAt(node, slot).logical += by;
      if (!(slot > 0 && mergeRight(node, slot - 1))) slot += 1;
    }
  } else {
    for (let slot = node.extents.length - 1; slot >= position; slot--) {
      extentAt(node, slot).logical += by;
      mergeRight(node, slot);
    }
  }
  if (position !== 0) return;
  for (let level = path.length - 2; level >= 0; level--) {
    const step = path[level];
    assert(step !== undefined, 'a path has every level');
    entryAt(step.node, step.position).logical += by;
    if (step.position !== 0) break;
  }
}

/** Splits the extent that crosses block `at`, for insert-range (part of ext4_insert_range()). Throws Refused. */
export function splitForInsertion(file: ExtentFile, at: number): void {
  const path = findExtent(file, at, 0);
  const extent = pathExtent(path);
  if (extent === null || at <= extent.logical || at >= extentEnd(extent)) return;
  const splitFlags = extent.unwritten ? split.markFirstUnwritten | split.markSecondUnwritten : 0;
  splitExtentAt(file, path, at, splitFlags, getBlocks.noCache | getBlocks.preIo | getBlocks.metadataNoFail);
}

/** Where the shift of an insertion at `at` begins: the first extent where the file starts with a hole around it. */
export function insertionStart(file: ExtentFile, at: number): number {
  const extent = pathExtent(findExtent(file, at, getBlocks.noCache));
  return extent === null ? at : Math.max(extent.logical, at);
}
