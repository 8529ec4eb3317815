import { assert, assertExists } from '../../../assert.ts';
import { Refused } from '../../../errno.ts';
import { getBlocks } from '../../filesystem.ts';
import type { ExtentFile } from '../file.ts';
import { forgetStatus, recordStatus } from '../status/reservation.ts';
import { insertExtent } from '../tree/insert.ts';
import { merge } from '../tree/merge.ts';
import { extentEnd, type LeafExtent } from '../tree/node.ts';
import { findExtent, leafLevel, pathExtent, type Path } from '../tree/path.ts';

/** EXT4_EXT_*: what becomes of the two parts of a split extent. */
export const split = {
  /** Zeroes may be written where the tree finds no space for another extent. */
  mayZeroOut: 0x01,
  markFirstUnwritten: 0x02,
  markSecondUnwritten: 0x04,
  /** The first part holds data, all of it: the second is what may be zeroed. */
  firstValid: 0x08,
  /** The second part holds data: the first is what may be zeroed. */
  secondValid: 0x10,
  /** The first part holds data in a piece that is still to be split off. */
  firstPartlyValid: 0x20,
} as const;

/** A run of logical blocks. */
export interface LogicalRange {
  readonly logical: number;
  readonly length: number;
}

/**
 * Cuts the path's extent in front of block `at`, or only changes its state where it starts there already
 * (fs/ext4/extents.c: ext4_split_extent_at()). Where the tree finds no space, the extent is zeroed and stays whole if
 * `splitFlags` allow that. Throws Refused otherwise, with the extent as it was.
 */
export function splitExtentAt(
  file: ExtentFile,
  path: Path,
  at: number,
  splitFlags: number,
  givenFlags: number,
): Path {
  const flags = uncached(file, givenFlags);
  const extent = assertExists(pathExtent(path), 'the extent to split');
  assert(at >= extent.logical && at < extentEnd(extent), 'the split lies inside the extent');
  const secondUnwritten = (splitFlags & split.markSecondUnwritten) !== 0;
  if (at === extent.logical) {
    extent.unwritten = secondUnwritten;
    const { position } = leafLevel(path);
    if (!(flags & getBlocks.preIo) && position !== null) merge(file, path, position);
    return path;
  }

  const original = { ...extent };
  const first = at - extent.logical;
  extent.length = first;
  extent.unwritten = (splitFlags & split.markFirstUnwritten) !== 0;
  const second = {
    logical: at,
    length: original.length - first,
    physical: original.physical + first,
    unwritten: secondUnwritten,
  };
  try {
    return insertExtent(file, path, { ...second }, flags);
  } catch (error) {
    if (!(error instanceof Refused) || (error.errno !== 'ENOSPC' && error.errno !== 'EDQUOT')) throw error;
    const whole = rejoin(file, original, second, splitFlags, flags);
    if (whole !== null) return whole;
    throw error;
  }
}

/** Extents in the middle of a split are not put into the status cache. */
function uncached(file: ExtentFile, flags: number): number {
  return file.behaviour.splitting === 'zero-all' ? flags : flags | getBlocks.noCache;
}

/** Puts an extent together again that could not be split; null where the caller fails for it. */
function rejoin(
  file: ExtentFile,
  original: LeafExtent,
  second: LeafExtent,
  splitFlags: number,
  flags: number,
): Path | null {
  const guarded = file.behaviour.splitting !== 'zero-all';
  const path = findExtent(file, original.logical, flags | getBlocks.noFail);
  const extent = assertExists(pathExtent(path), 'the first part of the split');
  const { position } = leafLevel(path);
  const first = { ...extent };
  extent.length = original.length;
  extent.unwritten = original.unwritten;
  if (!(splitFlags & split.mayZeroOut) || position === null) {
    if (guarded) forgetStatus(file, original.logical, original.length);
    return null;
  }

  const firstValid = splitFlags & (split.firstValid | split.firstPartlyValid);
  const zeroed = firstValid ? second : splitFlags & split.secondValid ? first : original;
  if (guarded && splitFlags & split.firstPartlyValid) {
    forgetStatus(file, zeroed.logical, zeroed.length);
    return path;
  }
  extent.unwritten = false;
  merge(file, path, position);
  recordStatus(file, zeroed.logical, zeroed.length, zeroed.physical, 'written');
  return path;
}

/**
 * Cuts `range` out of the path's extent, which becomes two or three, and gives it the state that `splitFlags` ask for
 * (ext4_split_extent()). Throws Refused.
 */
export function splitExtent(
  file: ExtentFile,
  start: Path,
  range: LogicalRange,
  splitFlags: number,
  givenFlags: number,
): Path {
  const flags = uncached(file, givenFlags);
  let path = start;
  let extent = assertExists(pathExtent(path), 'the extent to split');
  const { logical } = extent;
  const rangeEnd = range.logical + range.length;

  if (rangeEnd < extentEnd(extent)) {
    let tailFlags = splitFlags & split.mayZeroOut;
    if (extent.unwritten) tailFlags |= split.markFirstUnwritten | split.markSecondUnwritten;
    if (splitFlags & split.secondValid) {
      tailFlags |= range.logical > logical ? split.firstPartlyValid : split.firstValid;
    }
    splitExtentAt(file, path, rangeEnd, tailFlags, flags | getBlocks.preIo);
    path = findExtent(file, range.logical, flags);
    extent = assertExists(pathExtent(path), 'the range to split off');
  }
  if (range.logical < logical) return path;
  let headFlags = splitFlags & split.secondValid;
  if (extent.unwritten) {
    headFlags |= split.markFirstUnwritten | (splitFlags & (split.mayZeroOut | split.markSecondUnwritten));
  }
  return splitExtentAt(file, path, range.logical, headFlags, flags);
}

/** The block behind the end of the file on disk, or behind `range` where that is further. */
export function endOfFileBlock(file: ExtentFile, range: LogicalRange): number {
  const blocks = Math.ceil(file.inode.diskSizeBytes / file.mount.geometry.blockSizeBytes);
  return Math.max(blocks, range.logical + range.length);
}

/** Blocks from `range`'s start on that lie in the path's extent, at most the range. */
export function coveredLength(path: Path, range: LogicalRange): number {
  const extent = assertExists(pathExtent(path), 'the extent that covers the range');
  return Math.min(range.length, extentEnd(extent) - range.logical);
}
