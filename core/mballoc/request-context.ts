import type { AllocationContext } from './context.ts';
import type { Mballoc } from './mballoc.ts';
import { type AllocationOwner, type AllocationRequest, hints } from './request.ts';

/**
 * ext4_mb_initialize_context(): the request in groups and clusters, the goal as asked for, and whether the file or the
 * locality group preallocates. `clusters` is what could be claimed.
 */
export function initialiseContext(
  mballoc: Mballoc,
  context: AllocationContext,
  request: AllocationRequest,
  clusters: number,
): void {
  const { layout } = mballoc;
  const inside = request.goal >= layout.firstDataBlock && request.goal < layout.blocksCount;
  const goal = inside ? request.goal : layout.firstDataBlock;
  const logical = request.logical - (request.logical % layout.clusterRatio);
  const length = Math.min(clusters, layout.clustersPerGroup);
  context.reset(request.owner);
  context.original.set(logical, layout.groupOf(goal), layout.clusterOf(goal), length);
  context.goal.copy(context.original);
  context.best.set(logical, 0, 0, 0);
  context.goalLength = length;
  context.flags = request.flags;
  chooseGroupOrFile(mballoc, context);
  mballoc.trace?.({
    event: 'goal',
    source: 'request',
    group: context.goal.group,
    start: context.goal.start,
  });
}

/**
 * ext4_mb_group_or_file(): small files share the locality group's preallocation; bigger ones preallocate for
 * themselves and search from a stream goal, unless the file is closed and this request completes it. Aligned requests
 * count as big ones.
 */
function chooseGroupOrFile(mballoc: Mballoc, context: AllocationContext): void {
  if ((context.flags & hints.data) === 0 || (context.flags & hints.goalOnly) !== 0) return;
  const { owner } = context;
  const end = context.original.logical + mballoc.layout.blocksFor(context.original.length);
  const fileBlocks = blocksOfFile(owner, mballoc.geometry.blockSizeBytes);
  const mayPreallocateForFile = end !== fileBlocks || owner.openWriters > 0;
  const isAligned = (context.flags & hints.aligned) !== 0;
  if (isAligned || Math.max(end, fileBlocks) > mballoc.tunables.streamRequest) {
    context.flags |= mayPreallocateForFile ? hints.stream : hints.noPreallocation;
    return;
  }
  context.usesLocality = true;
  context.flags |= hints.groupAllocation;
}

function blocksOfFile(owner: AllocationOwner, blockSizeBytes: number): number {
  return Math.ceil(owner.sizeBytes / blockSizeBytes);
}
