import { Refused } from '../../errno.ts';
import { getBlocks } from '../filesystem.ts';
import { mapExtents } from './extents/map-extents.ts';
import type { MappedFile } from './file.ts';
import { maxBlocks } from './limits.ts';
import { mapIndirect } from './indirect/map-indirect.ts';
import { found, MapRequest } from './request.ts';
import { cacheStatus } from './status/agree.ts';
import { recordStatus } from './status/reservation.ts';
import type { StatusRun } from './status/runs.ts';

const maxInt = 0x7fffffff;
/** EXT4_EX_QUERY_FILTER: what of a caller's flags a lookup passes on. */
const queryFlags = getBlocks.noCache | getBlocks.noFail | getBlocks.queryLastInLeaf;
const answerFlags = found.isNew | found.mapped | found.unwritten | found.delayed | found.lastInLeaf;

/**
 * Answers what is behind a run of logical blocks, from the status cache or the mapping on disk, and allocates or
 * converts where `flags` ask for it (fs/ext4/inode.c: ext4_map_blocks()). Returns the blocks mapped, 0 for holes and
 * delayed blocks; `request` has the answer and its length. Throws Refused.
 */
export function mapBlocks(file: MappedFile, request: MapRequest, givenFlags: number): number {
  const flags = callersFlags(file, givenFlags);
  request.flags = 0;
  request.length = Math.min(request.length, maxInt);
  if (request.logical >= maxBlocks)
    throw new Refused('EFSCORRUPTED', 'a block behind the last that a file can have');

  const wanted = request.length;
  const run = file.status.lookup(request.logical);
  let mapped = run === null ? null : answerFromStatus(run, request);
  if (flags & getBlocks.cachedNoWait) return mapped ?? 0;
  if (mapped !== null && flags & getBlocks.queryLastInLeaf && request.length !== wanted) {
    request.length = wanted;
    mapped = null;
  }
  mapped ??= lookUp(file, request, flags);

  if (!(flags & getBlocks.create)) return mapped;
  const isWritten = mapped > 0 && (request.flags & found.mapped) !== 0;
  if (isWritten && !(flags & getBlocks.convertUnwritten)) return mapped;
  return create(file, request, flags);
}

/** Before 6.16, what is called for I/O in flight did not ask to leave the status cache alone. */
function callersFlags(file: MappedFile, flags: number): number {
  return flags & getBlocks.ioSubmit && !file.behaviour.quietLookups ? flags & ~getBlocks.noCache : flags;
}

function answerFromStatus(run: Readonly<StatusRun>, request: MapRequest): number {
  const offset = request.logical - run.logical;
  request.length = Math.min(request.length, run.length - offset);
  if (run.state === 'hole' || run.state === 'delayed') {
    request.physical = 0;
    if (run.state === 'delayed') request.flags |= found.delayed;
    return 0;
  }
  request.physical = run.physical + offset;
  request.flags |= run.state === 'written' ? found.mapped : found.unwritten;
  return request.length;
}

function mapOnDisk(file: MappedFile, request: MapRequest, flags: number): number {
  return file.kind === 'extents' ? mapExtents(file, request, flags) : mapIndirect(file, request, flags);
}

/** Looks the mapping up on disk and caches it (ext4_map_query_blocks()). */
export function lookUp(file: MappedFile, request: MapRequest, flags: number): number {
  const wanted = request.length;
  const mapped = mapOnDisk(file, request, flags & queryFlags);
  if (mapped <= 0) return mapped;
  if (request.flags & found.lastInLeaf && request.length !== wanted)
    return lookUpNextLeaf(file, request, wanted);
  cacheAnswer(file, request);
  return mapped;
}

/** Joins the last extent of a leaf with the next leaf's first where they continue (ext4_map_query_blocks_next_in_leaf()). */
function lookUpNextLeaf(file: MappedFile, request: MapRequest, wanted: number): number {
  const next = new MapRequest(request.logical + request.length, wanted - request.length);
  const mapped = mapOnDisk(file, next, 0);
  const sameState = ((request.flags ^ next.flags) & found.unwritten) === 0;
  const continued = mapped > 0 && sameState && request.physical + request.length === next.physical;
  if (continued) request.length += next.length;
  cacheAnswer(file, request);
  return request.length;
}

/** Allocates or converts (ext4_map_create_blocks()). */
function create(file: MappedFile, request: MapRequest, givenFlags: number): number {
  const flags = request.flags & found.delayed ? givenFlags | getBlocks.delallocReserved : givenFlags;
  request.flags &= ~answerFlags;
  const mapped = mapOnDisk(file, request, flags);
  if (mapped <= 0) return mapped;
  if (file.kind === 'blocks' && request.flags & found.isNew) file.inode.states.delete('ext-migrate');
  const wasZeroed = flags & getBlocks.preIo && file.status.lookup(request.logical)?.state === 'written';
  if (!wasZeroed) recordAnswer(file, request);
  return mapped;
}

function cacheAnswer(file: MappedFile, { logical, length, physical, flags }: MapRequest): void {
  cacheStatus(file, logical, length, physical, flags & found.unwritten ? 'unwritten' : 'written');
}

function recordAnswer(file: MappedFile, { logical, length, physical, flags }: MapRequest): void {
  recordStatus(file, logical, length, physical, flags & found.unwritten ? 'unwritten' : 'written');
}
