import { KernelCrash } from '../errno.ts';
import type { AllocationContext } from './context.ts';
import { criteria } from './criteria.ts';
import { lastSet } from './buddy-shape.ts';
import type { Mballoc } from './mballoc.ts';
import { preallocationsOf } from './preallocation/inode-tree.ts';
import { hints } from './request.ts';

/**
 * Aligned allocation as the RFC of November 2023 adds it (patches 3 and 4): blocks that begin at a multiple of their number, or
 * none. Lines of its warnings are those of Linux 6.7.3 with the patches.
 */
const warnings = {
  noOrder: 'mballoc.c:2837: an aligned request whose length is no power of two: nothing will be searched',
  answerLength: 'mballoc.c:2990: an aligned allocation whose length is no power of two',
  answerStart:
    'mballoc.c:2991: the blocks of an aligned allocation do not begin at a multiple of their number',
  answerShort: 'mballoc.c:2992: an aligned allocation of fewer blocks than were asked for',
  goalLength: 'mballoc.c:4429: the length of an aligned goal is no power of two',
} as const;

/** EXT4_MB_ALIGNED_ALLOC. */
export function isAlignedRequest(context: AllocationContext): boolean {
  return (context.flags & hints.aligned) !== 0;
}

/** Only the first criterion finds aligned blocks; a single block is aligned wherever it is. */
export function mustStop(context: AllocationContext): boolean {
  return isAlignedRequest(context) && context.goal.length > 1 && context.criterion > criteria.power2Aligned;
}

/** The goal has no order, so that {@link mustStop} ends the search before it begins. */
export function warnOfOddLength(mballoc: Mballoc, context: AllocationContext): void {
  if (context.order === 0 && context.goal.length > 1) mballoc.warn(warnings.noOrder);
}

/** What ext4_mb_regular_allocator() looks at in the end. It sees the request's part, which a preallocation may have cut. */
export function checkAlignedAnswer(mballoc: Mballoc, context: AllocationContext): void {
  if (context.status !== 'found') return;
  const { best, original } = context;
  const length = mballoc.layout.blocksFor(best.length);
  if (!isPowerOfTwo(length)) mballoc.warn(warnings.answerLength);
  if (mballoc.layout.blockAt(best.group, best.start) % length !== 0) mballoc.warn(warnings.answerStart);
  if (best.length < original.length) mballoc.warn(warnings.answerShort);
}

/**
 * The end of ext4_mb_pa_adjust_overlap(): how many blocks an aligned goal of at most `available` blocks has: a power of two,
 * but never fewer than the request, even where these run into the next preallocation. The assertion that then follows
 * (ext4_mb_pa_assert_overlap()) brings the kernel down: throws KernelCrash.
 */
export function alignedGoalLength(
  mballoc: Mballoc,
  context: AllocationContext,
  start: number,
  available: number,
): number {
  const { original, owner } = context;
  const size = Math.max(2 ** (lastSet(available) - 1), original.length);
  if (!isPowerOfTwo(size)) mballoc.warn(warnings.goalLength);
  const right = preallocationsOf(owner, mballoc.mark)?.behind(original.logical) ?? null;
  if (right !== null && start + size > right.logical) {
    throw new KernelCrash(
      'BUG in ext4_mb_pa_assert_overlap(): an aligned goal runs into the next preallocation of the file',
    );
  }
  return size;
}

function isPowerOfTwo(value: number): boolean {
  return 2 ** Math.round(Math.log2(value)) === value;
}
