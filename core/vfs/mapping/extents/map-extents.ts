import { assert } from '../../../assert.ts';
import { Refused } from '../../../errno.ts';
import { freeFlags, hints } from '../../../mballoc/request.ts';
import { getBlocks } from '../../filesystem.ts';
import { clusterOffset, clustersFor, clusterStart } from '../cluster.ts';
import type { ExtentFile } from '../file.ts';
import { maxBlocks, maxUnwrittenLength, maxWrittenLength } from '../limits.ts';
import { found, type MapRequest } from '../request.ts';
import { insertExtent } from '../tree/insert.ts';
import { extentGoal } from '../tree/metadata.ts';
import { leftNeighbour, rightNeighbour } from '../tree/neighbours.ts';
import { extentEnd, type LeafExtent } from '../tree/node.ts';
import { findExtent, leafLevel, nextAllocated, pathExtent, type Path } from '../tree/path.ts';
import { unwriteExtent } from './convert.ts';
import { holeLength } from './hole.ts';
import { useImpliedCluster } from './implied-cluster.ts';
import { useUnwritten } from './unwritten.ts';

/**
 * Looks a run of blocks up in the extent tree, and allocates or converts as `flags` ask (fs/ext4/extents.c:
 * ext4_ext_map_blocks()). Returns the blocks that the answer in `request` covers, 0 for a hole (whose length the
 * request then has). Throws Refused.
 */
export function mapExtents(file: ExtentFile, request: MapRequest, flags: number): number {
  const path = findExtent(file, request.logical, lookupFlags(file, flags));
  const extent = pathExtent(path);
  assert(extent !== null || path.length === 1, 'only an empty tree has an empty leaf');
  const { node, position } = leafLevel(path);
  const isLastInLeaf = position === node.extents.length - 1;
  const length = answer(file, path, extent, request, flags);
  if (flags & getBlocks.queryLastInLeaf && extent !== null && isLastInLeaf) request.flags |= found.lastInLeaf;
  return length;
}

function lookupFlags(file: ExtentFile, flags: number): number {
  return file.behaviour.quietLookups ? flags : 0;
}

function answer(
  file: ExtentFile,
  path: Path,
  extent: LeafExtent | null,
  request: MapRequest,
  flags: number,
): number {
  const { logical } = request;
  if (extent !== null && logical >= extent.logical && logical < extentEnd(extent)) {
    return useExtent(file, path, extent, request, flags);
  }
  if (!(flags & getBlocks.create)) {
    request.physical = 0;
    request.length = Math.min(request.length, holeLength(file, path, logical));
    return 0;
  }
  return allocate(file, path, extent, request, flags);
}

function useExtent(
  file: ExtentFile,
  path: Path,
  extent: LeafExtent,
  request: MapRequest,
  flags: number,
): number {
  const physical = extent.physical + (request.logical - extent.logical);
  const available = extentEnd(extent) - request.logical;
  if (extent.unwritten) return useUnwritten(file, path, request, flags, available, physical);
  if (flags & getBlocks.convertUnwritten) return unwriteExtent(file, path, request, flags, available);
  request.flags |= found.mapped;
  request.physical = physical;
  request.length = Math.min(available, request.length);
  return request.length;
}

/** Gives the request blocks: in a cluster that a neighbour has already, or new ones. */
function allocate(
  file: ExtentFile,
  path: Path,
  extent: LeafExtent | null,
  request: MapRequest,
  flags: number,
): number {
  const { geometry } = file.mount;
  const offset = clusterOffset(geometry, request.logical);
  if (offset > 0 && extent !== null && useImpliedCluster(geometry, request, extent, path)) {
    return insertNew(file, path, request, request.physical, request.length, 0, flags);
  }
  const left = leftNeighbour(path, request.logical);
  const right = rightNeighbour(file, path, request.logical, lookupFlags(file, flags));
  if (geometry.clusterRatio > 1 && right !== null && useImpliedCluster(geometry, request, right, path)) {
    return insertNew(file, path, request, request.physical, request.length, 0, flags);
  }

  const limit = flags & getBlocks.unwritten ? maxUnwrittenLength : maxWrittenLength;
  request.length = Math.min(request.length, limit);
  const wanted = lengthBeforeOverlap(file, path, extent, request);
  const given = file.mount.allocator.allocate({
    owner: file.inode,
    logical: request.logical - offset,
    length: clustersFor(geometry, offset + wanted) * geometry.clusterRatio,
    goal: extentGoal(file, path, request.logical) - offset,
    leftLogical: left.logical,
    leftPhysical: left.physical,
    rightLogical: right?.logical ?? request.logical,
    rightPhysical: right?.physical ?? 0,
    flags: hintFlags(file, flags),
  });
  const length = Math.min(given.length - offset, wanted);
  return insertNew(file, path, request, given.physical + offset, length, given.length, flags);
}

function hintFlags(file: ExtentFile, flags: number): number {
  let hint = file.inode.isRegular ? hints.data : 0;
  if (flags & getBlocks.noNormalize) hint |= hints.noPreallocation;
  if (flags & getBlocks.delallocReserved) hint |= hints.delallocReserved;
  if (flags & getBlocks.metadataNoFail) hint |= hints.useReserved;
  if (flags & getBlocks.aligned) hint |= hints.aligned;
  return hint;
}

/** The request's length, cut where it would run into the next extent's cluster (ext4_ext_check_overlap()). */
function lengthBeforeOverlap(
  file: ExtentFile,
  path: Path,
  extent: LeafExtent | null,
  request: MapRequest,
): number {
  const { logical } = request;
  if (extent === null) return request.length;
  const { geometry } = file.mount;
  let next = clusterStart(geometry, extent.logical);
  if (next < logical) {
    next = nextAllocated(path);
    if (next === maxBlocks) return request.length;
    next = clusterStart(geometry, next);
  }
  const length = Math.min(request.length, maxBlocks - logical);
  return logical + length > next ? next - logical : length;
}

/** Puts the new extent into the tree; where that finds no space, frees its `allocated` blocks again. */
function insertNew(
  file: ExtentFile,
  path: Path,
  request: MapRequest,
  physical: number,
  length: number,
  allocated: number,
  flags: number,
): number {
  const unwritten = (flags & getBlocks.unwritten) !== 0;
  if (unwritten) request.flags |= found.unwritten;
  try {
    insertExtent(file, path, { logical: request.logical, length, physical, unwritten }, flags);
  } catch (error) {
    if (isOutOfSpace(error) && allocated > 0) takeBack(file, request, physical, allocated, flags);
    throw error;
  }
  request.flags |= found.isNew | found.mapped;
  request.physical = physical;
  request.length = length;
  return length;
}

function isOutOfSpace(error: unknown): boolean {
  return error instanceof Refused && (error.errno === 'ENOSPC' || error.errno === 'EDQUOT');
}

function takeBack(
  file: ExtentFile,
  request: MapRequest,
  physical: number,
  allocated: number,
  flags: number,
): void {
  const { allocator, geometry } = file.mount;
  allocator.discardPreallocations(file.inode);
  const first = physical - clusterOffset(geometry, request.logical);
  const freeing = flags & getBlocks.delallocReserved ? freeFlags.noQuotaUpdate : 0;
  allocator.free(file.inode, first, allocated, freeing);
}
