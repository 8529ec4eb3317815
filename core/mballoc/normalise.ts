import { assert } from '../assert.ts';
import { alignedGoalLength, isAlignedRequest } from './aligned.ts';
import type { AllocationContext } from './context.ts';
import type { Mballoc } from './mballoc.ts';
import { preallocationsOf } from './preallocation/inode-tree.ts';
import { type AllocationRequest, hints } from './request.ts';

/** EXT_MAX_BLOCKS. */
const maxFileBlocks = 0xffffffff;
const KiB = 1024;
const MiB = 1024 * KiB;

/** A range of logical blocks, end not included. */
interface LogicalRange {
  start: number;
  end: number;
}

/**
 * ext4_mb_normalize_request(): makes a data request bigger and better aligned, from a guess at the file's final size,
 * so that later requests of the file find their blocks beside it. Sets the context's goal; changes nothing for
 * metadata, exact requests and requests that want no preallocation.
 */
export function normaliseRequest(
  mballoc: Mballoc,
  context: AllocationContext,
  request: AllocationRequest,
): void {
  const { flags } = context;
  if ((flags & hints.data) === 0 || (flags & (hints.goalOnly | hints.noPreallocation)) !== 0) return;
  if ((flags & hints.groupAllocation) !== 0) {
    context.goal.length = mballoc.tunables.groupPreallocation;
    traceGoal(mballoc, context, 'locality-group');
    return;
  }
  const range = predictedRange(mballoc, context);
  keepOffNeighbours(range, request, mballoc.layout.blocksPerGroup);
  keepOffPreallocations(mballoc, context, range);
  if (isAlignedRequest(context)) {
    range.end = range.start + alignedGoalLength(mballoc, context, range.start, range.end - range.start);
  }
  const size = range.end - range.start;
  const { logical } = context.original;
  assert(
    range.start <= logical && logical < range.end && size <= mballoc.layout.blocksPerGroup,
    'a normalised request covers what was asked for',
    logical,
  );
  context.goal.logical = range.start;
  context.goal.length = mballoc.layout.clustersFor(size);
  context.goalLength = context.goal.length;
  traceGoal(mballoc, context, 'predicted-size');
  mergeWithNeighbours(mballoc, context, request, range);
}

/** The aligned range that a file of the predicted size wants around the request, in logical blocks. */
function predictedRange(mballoc: Mballoc, context: AllocationContext): LogicalRange {
  const { blockSizeBits, blockSizeBytes } = mballoc.geometry;
  const { original, owner } = context;
  const requestBlocks = mballoc.layout.blocksFor(original.length);
  const end = (original.logical + requestBlocks) * blockSizeBytes;
  const wanted = predictedBytes(Math.max(end, owner.sizeBytes), requestBlocks, blockSizeBits);
  let size: number;
  let start: number;
  if (wanted === null) {
    size = requestBlocks;
    start = original.logical;
  } else {
    size = Math.floor(wanted.bytes / blockSizeBytes);
    start = wanted.aligned ? original.logical - (original.logical % size) : 0;
  }
  if (isAlignedRequest(context)) {
    // The blocks can only be aligned for the request's own beginning.
    start = original.logical;
    size = Math.max(size, requestBlocks);
  }
  const { blocksPerGroup } = mballoc.layout;
  start = Math.max(start, original.logical - (original.logical % blocksPerGroup));
  return { start, end: start + Math.min(size, maxFileBlocks - start) };
}

/**
 * How much a file that will be `fileBytes` long should get: up to 1 MiB the next power of two from the file's start,
 * then aligned pieces of 2, 4 or 8 MiB (smaller ones where the buddies end earlier: NRL_CHECK_SIZE()). Null: as asked.
 */
function predictedBytes(
  fileBytes: number,
  requestBlocks: number,
  blockSizeBits: number,
): { readonly bytes: number; readonly aligned: boolean } | null {
  for (let bytes = 16 * KiB; bytes <= MiB; bytes *= 2) {
    if (fileBytes <= bytes) return { bytes, aligned: false };
  }
  const largestChunk = 2 * 2 ** blockSizeBits;
  if (fileBytes <= 4 * MiB || largestChunk <= 2 * KiB) return { bytes: 2 * MiB, aligned: true };
  if (fileBytes <= 8 * MiB || largestChunk <= 4 * KiB) return { bytes: 4 * MiB, aligned: true };
  if (requestBlocks <= (8 * MiB) / 2 ** blockSizeBits || largestChunk <= 8 * KiB) {
    return { bytes: 8 * MiB, aligned: true };
  }
  return null;
}

/** Takes away what the neighbours have already, and what is more than a group. */
function keepOffNeighbours(range: LogicalRange, request: AllocationRequest, blocksPerGroup: number): void {
  if (request.leftPhysical !== 0 && range.start <= request.leftLogical) {
    range.start = request.leftLogical + 1;
  }
  if (request.rightPhysical !== 0 && range.end - 1 >= request.rightLogical) {
    range.end = request.rightLogical;
  }
  range.end = Math.min(range.end, range.start + blocksPerGroup);
}

/** ext4_mb_pa_adjust_overlap(): takes away what the inode's other preallocations cover. */
function keepOffPreallocations(mballoc: Mballoc, context: AllocationContext, range: LogicalRange): void {
  const spaces = preallocationsOf(context.owner, mballoc.mark);
  if (spaces === null) return;
  const { logical } = context.original;
  const left = spaces.atOrBefore(logical);
  if (left !== null) {
    const leftEnd = left.logicalEnd(mballoc.layout.clusterRatio);
    assert(leftEnd <= logical, 'a request outside all preallocations lies behind its left one');
    range.start = Math.max(range.start, leftEnd);
  }
  const right = spaces.behind(logical);
  if (right !== null) range.end = Math.min(range.end, right.logical);
}

/** Where the range continues an allocated neighbour, the goal continues it on disk; the left one wins. */
function mergeWithNeighbours(
  mballoc: Mballoc,
  context: AllocationContext,
  request: AllocationRequest,
  range: LogicalRange,
): void {
  const { layout } = mballoc;
  const size = range.end - range.start;
  const { leftPhysical, rightPhysical } = request;
  if (
    rightPhysical !== 0 &&
    request.rightLogical === range.end &&
    rightPhysical - size >= layout.firstDataBlock
  ) {
    aimAt(mballoc, context, rightPhysical - size, 'right-neighbour');
  }
  if (
    leftPhysical !== 0 &&
    request.leftLogical + 1 === range.start &&
    leftPhysical + 1 < layout.blocksCount
  ) {
    aimAt(mballoc, context, leftPhysical + 1, 'left-neighbour');
  }
}

function aimAt(
  mballoc: Mballoc,
  context: AllocationContext,
  block: number,
  source: 'left-neighbour' | 'right-neighbour',
): void {
  context.goal.group = mballoc.layout.groupOf(block);
  context.goal.start = mballoc.layout.clusterOf(block);
  context.flags |= hints.tryGoal;
  mballoc.trace?.({ event: 'goal', source, group: context.goal.group, start: context.goal.start });
}

function traceGoal(
  mballoc: Mballoc,
  context: AllocationContext,
  rule: 'locality-group' | 'predicted-size',
): void {
  mballoc.trace?.({
    event: 'normalised',
    rule,
    logical: context.goal.logical,
    length: context.goal.length,
  });
}
