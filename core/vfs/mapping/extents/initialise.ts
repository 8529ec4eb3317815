import { assert, assertExists } from '../../../assert.ts';
import { getBlocks } from '../../filesystem.ts';
import type { ExtentFile } from '../file.ts';
import { maxWrittenLength } from '../limits.ts';
import type { MapRequest } from '../request.ts';
import { recordStatus } from '../status/reservation.ts';
import { extentEnd, type LeafExtent } from '../tree/node.ts';
import { extentAt, leafLevel, pathExtent, type Path } from '../tree/path.ts';
import { cutAndConvert } from './cut-and-convert.ts';
import { endOfFileBlock, split, splitExtent, type LogicalRange } from './split-extent.ts';

/** s_extent_max_zeroout_kb: up to here zeroes are written rather than extents split. */
const zeroOutLimitBytes = 32 * 1024;

/**
 * Makes the requested part of an unwritten extent written, for buffered writes (fs/ext4/extents.c:
 * ext4_ext_convert_to_initialized()). Blocks go to an adjacent written extent where that works; short rests of the
 * extent inside the file are zeroed and become written too. Returns the blocks from the request's start on that are
 * written now. Throws Refused.
 */
export function initialiseExtent(file: ExtentFile, path: Path, request: MapRequest, flags: number): number {
  const extent = assertExists(pathExtent(path), 'the extent to initialise');
  assert(extent.unwritten, 'only unwritten extents need initialising');
  if (giveToNeighbour(path, extent, request)) return request.length;

  const available = extentEnd(extent) - request.logical;
  const insideFile = extentEnd(extent) <= endOfFileBlock(file, request);
  const limit = insideFile ? Math.floor(zeroOutLimitBytes / file.mount.geometry.blockSizeBytes) : 0;
  const plan = planZeroes(extent, request, available, limit);
  if (file.behaviour.splitting === 'cut-then-convert') {
    cutAndConvert(file, path, plan.range, flags | getBlocks.convert);
  } else {
    const splitFlags = split.secondValid | (insideFile ? split.mayZeroOut : 0);
    splitExtent(file, path, plan.range, splitFlags, flags);
  }
  for (const zeroed of plan.zeroed) {
    recordStatus(file, zeroed.logical, zeroed.length, zeroed.physical, 'written');
  }
  return plan.available;
}

/** Hands the request's blocks, at one end of the extent, to a written neighbour in the same leaf that they continue. */
function giveToNeighbour(path: Path, extent: LeafExtent, request: MapRequest): boolean {
  const level = leafLevel(path);
  const { node, position } = level;
  const { logical, length } = request;
  if (position === null || length >= extent.length) return false;
  if (logical === extent.logical && position > 0) {
    const left = extentAt(node, position - 1);
    const adjacent = extentEnd(left) === logical && left.physical + left.length === extent.physical;
    if (left.unwritten || !adjacent || left.length >= maxWrittenLength - length) return false;
    extent.logical += length;
    extent.physical += length;
    extent.length -= length;
    left.length += length;
    level.position = position - 1;
    return true;
  }
  if (logical + length === extentEnd(extent) && position < node.extents.length - 1) {
    const right = extentAt(node, position + 1);
    const adjacent =
      right.logical === extentEnd(extent) && extent.physical + extent.length === right.physical;
    if (right.unwritten || !adjacent || right.length >= maxWrittenLength - length) return false;
    right.logical -= length;
    right.physical -= length;
    right.length += length;
    extent.length -= length;
    level.position = position + 1;
    return true;
  }
  return false;
}

interface ZeroPlan {
  readonly range: LogicalRange;
  readonly available: number;
  readonly zeroed: readonly { logical: number; length: number; physical: number }[];
}

/** Which rests of the extent are zeroed rather than split off: the tail, the head, both or none. */
function planZeroes(extent: LeafExtent, request: MapRequest, available: number, limit: number): ZeroPlan {
  let { logical, length } = request;
  const zeroed: { logical: number; length: number; physical: number }[] = [];
  const place = (block: number): number => extent.physical + (block - extent.logical);
  if (limit === 0 || available <= length) return { range: { logical, length }, available, zeroed };

  let result = available;
  if (available <= limit) {
    const tail = logical + length;
    zeroed.push({ logical: tail, length: available - length, physical: place(tail) });
    length = available;
  }
  if (logical - extent.logical + length < limit) {
    const head = logical - extent.logical;
    if (head > 0) zeroed.push({ logical: extent.logical, length: head, physical: extent.physical });
    length += head;
    logical = extent.logical;
    result = request.length;
  }
  return { range: { logical, length }, available: result, zeroed };
}
