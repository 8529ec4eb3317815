import { assert, assertExists } from '../../../assert.ts';
import { Refused } from '../../../errno.ts';
import { getBlocks } from '../../filesystem.ts';
import type { ExtentFile } from '../file.ts';
import { forgetStatus, recordStatus } from '../status/reservation.ts';
import { insertExtent } from '../tree/insert.ts';
import { merge } from '../tree/merge.ts';
import { extentEnd, type LeafExtent } from '../tree/node.ts';
import { extentAt, findExtent, leafLevel, pathExtent, type Path } from '../tree/path.ts';
import { endOfFileBlock, type LogicalRange } from './split-extent.ts';

/** s_extent_max_zeroout_kb: up to here written blocks are zeroed rather than made unwritten. */
const zeroOutLimitBytes = 32 * 1024;

/**
 * Changes the state of `range`, which lies in the path's extent, as `flags` say (`convert` or `convertUnwritten`): cuts
 * it out in its old state, changes it, merges it (fs/ext4/extents.c since 7.0: ext4_split_convert_extents()). Where
 * the tree finds no space, zeroes are written instead if the extent lies inside the file, and all of it is written
 * then. Throws Refused.
 */
export function cutAndConvert(file: ExtentFile, start: Path, range: LogicalRange, flags: number): void {
  const extent = assertExists(pathExtent(start), 'the extent to convert');
  const isWhole = extent.logical === range.logical && extent.length === range.length;
  const wasZeroed = !isWhole && cutOrZero(file, start, range, flags);
  const path = findExtent(file, range.logical, flags);
  const level = leafLevel(path);
  const { node, position } = level;
  assert(position !== null, 'the range has an extent');
  const changed = extentAt(node, position);
  if (!wasZeroed) {
    changed.unwritten = (flags & getBlocks.convert) === 0;
    if (!(flags & getBlocks.preIo)) merge(file, path, position);
  }
  if (flags & getBlocks.noCache) return;
  // The kernel looks at the extent's slot, which holds the next one where it was merged into the one before.
  const { logical, length, physical, unwritten } = node.extents[position] ?? changed;
  recordStatus(file, logical, length, physical, unwritten ? 'unwritten' : 'written');
}

/** ext4_split_extent(): whether the extent was zeroed since it could not be cut. Throws Refused. */
function cutOrZero(file: ExtentFile, start: Path, range: LogicalRange, givenFlags: number): boolean {
  const flags = givenFlags | getBlocks.noCache;
  const extent = assertExists(pathExtent(start), 'the extent to cut');
  const insideFile = extentEnd(extent) <= endOfFileBlock(file, range);
  const rangeEnd = range.logical + range.length;
  try {
    let path = start;
    if (rangeEnd < extentEnd(extent)) {
      cutAt(file, path, rangeEnd, flags | getBlocks.preIo);
      path = findExtent(file, range.logical, flags);
    }
    cutAt(file, path, range.logical, flags | getBlocks.preIo);
    return false;
  } catch (error) {
    if (!isOutOfSpace(error) || !insideFile || !isWorthZeroing(file, range, flags)) throw error;
    const whole = assertExists(pathExtent(findExtent(file, range.logical, flags)), 'the extent to zero');
    // A written range is zeroed and stays written; around an unwritten one, the rest of its extent is.
    if (flags & getBlocks.convert) assert(whole.unwritten, 'only unwritten extents become written');
    whole.unwritten = false;
    return true;
  }
}

/** ext4_split_extent_at(): two extents of the same state. Throws Refused, with the extent as it was. */
function cutAt(file: ExtentFile, path: Path, at: number, flags: number): void {
  const extent = assertExists(pathExtent(path), 'the extent to cut');
  assert(at >= extent.logical && at < extentEnd(extent), 'the cut lies inside the extent');
  if (at === extent.logical) return;
  const original: LeafExtent = { ...extent };
  const first = at - extent.logical;
  extent.length = first;
  const second: LeafExtent = {
    logical: at,
    length: original.length - first,
    physical: original.physical + first,
    unwritten: original.unwritten,
  };
  try {
    insertExtent(file, path, second, flags);
  } catch (error) {
    if (isOutOfSpace(error)) {
      const found = pathExtent(findExtent(file, original.logical, flags | getBlocks.noFail));
      assertExists(found, 'the first part of the cut').length = original.length;
    }
    forgetStatus(file, original.logical, original.length);
    throw error;
  }
}

function isWorthZeroing(file: ExtentFile, range: LogicalRange, flags: number): boolean {
  if (!(flags & getBlocks.convertUnwritten)) return true;
  return range.length <= Math.floor(zeroOutLimitBytes / file.mount.geometry.blockSizeBytes);
}

function isOutOfSpace(error: unknown): boolean {
  return error instanceof Refused && (error.errno === 'ENOSPC' || error.errno === 'EDQUOT');
}
