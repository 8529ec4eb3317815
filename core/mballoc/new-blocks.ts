import { Refused } from '../errno.ts';
import { isAlignedRequest } from './aligned.ts';
import type { AllocationContext } from './context.ts';
import type { Mballoc } from './mballoc.ts';
import { discardEverywhere, removeFromObject, trimLocalityList } from './preallocation/discard.ts';
import type { Preallocation } from './preallocation/space.ts';
import { usePreallocated } from './preallocation/use.ts';
import { allocateFromBuddies } from './regular.ts';
import { initialiseContext } from './request-context.ts';
import { type Allocated, type AllocationRequest, hints } from './request.ts';
import * as tell from './tell.ts';

const maxTries = 3;

/**
 * ext4_mb_new_blocks(): claims the clusters, takes them from a preallocation or from the buddies, marks them on disk and
 * settles the claim. Throws ENOSPC when not even one cluster is to be had.
 */
export function allocateBlocks(
  mballoc: Mballoc,
  context: AllocationContext,
  request: AllocationRequest,
): Allocated {
  const wanted = mballoc.layout.clustersFor(request.length);
  if (mballoc.trace !== null) tell.requested(mballoc.trace, request, wanted);
  const reserved = (request.flags & hints.delallocReserved) !== 0;
  const clusters = reserved ? wanted : claimWhatIsThere(mballoc, wanted, request.flags);
  if (clusters === 0) throw new Refused('ENOSPC', 'no free clusters are left to claim');
  initialiseContext(mballoc, context, request, clusters);
  const searched = !usePreallocated(mballoc, context);
  if (searched) searchWithRetries(mballoc, context, request);
  const { best } = context;
  if (context.status !== 'found') best.length = 0;
  else markUsedOnDisk(mballoc, best.group, best.length);
  if (!reserved) mballoc.claims.dirty.add(-clusters);
  releaseContext(mballoc, context);
  if (mballoc.trace !== null) tell.finished(mballoc, mballoc.trace, context, request, searched);
  if (best.length === 0) throw new Refused('ENOSPC', 'no free clusters were found');
  return {
    physical: mballoc.layout.blockAt(best.group, best.start),
    length: Math.min(mballoc.layout.blocksFor(best.length), request.length),
  };
}

/** Claims clusters, half as many again and again while there are too few; 0 when there are none. */
function claimWhatIsThere(mballoc: Mballoc, wanted: number, flags: number): number {
  let clusters = wanted;
  while (clusters > 0 && !mballoc.claims.claim(clusters, flags)) {
    mballoc.trace?.({ event: 'claim', clusters, granted: false });
    clusters >>= 1;
  }
  return clusters;
}

function searchWithRetries(mballoc: Mballoc, context: AllocationContext, request: AllocationRequest): void {
  let sequence = mballoc.discardSequence;
  mballoc.profile.normalisation.normalise(mballoc, context, request);
  for (let tries = 1; ; tries++) {
    allocateFromBuddies(mballoc, context);
    if (context.status === 'found' || tries >= maxTries || isAlignedRequest(context)) return;
    // ext4_mb_discard_preallocations_should_retry(): once more when preallocations were given back, or once strictly.
    if (discardEverywhere(mballoc, context.original.length) > 0) continue;
    if ((context.flags & hints.strictCheck) !== 0 && mballoc.discardSequence === sequence) return;
    context.flags |= hints.strictCheck;
    sequence = mballoc.discardSequence;
  }
}

/** ext4_mb_mark_diskspace_used(): descriptor and free counter; the bitmap's bit is set in the buddy's bitmap already. */
function markUsedOnDisk(mballoc: Mballoc, group: number, clusters: number): void {
  mballoc.claims.changeGroup(group, clusters);
  mballoc.claims.free.add(-clusters);
}

/** ext4_mb_release_context(), the preallocation's part: a group's space moves on, a used-up one goes. */
function releaseContext(mballoc: Mballoc, context: AllocationContext): void {
  const { space } = context;
  if (space === null) return;
  if (space.kind === 'group') {
    space.advance(context.best.length, mballoc.layout.clusterRatio);
    if (space.free > 0) {
      mballoc.locality.remove(space);
      trimLocalityList(mballoc, mballoc.locality.add(space));
    }
  }
  space.inUse = false;
  if (space.free === 0) dropSpace(mballoc, space);
}

/** ext4_mb_put_pa() of a space that is used up. */
function dropSpace(mballoc: Mballoc, space: Preallocation): void {
  space.deleted = true;
  mballoc.groupLists.remove(space);
  removeFromObject(mballoc, space);
}
