/**
 * The mirror of ext4's multiblock allocator (fs/ext4/mballoc.c, balloc.c): where blocks go, and why. Start with
 * {@link createAllocator}; the groups come from {@link volumeGroups} or from the mount before.
 */
export { createAllocator, type MultiblockAllocator } from './allocator.ts';
export { criteriaNames } from './criteria.ts';
export type { FreeRuns } from './free-runs.ts';
export type { GroupSource } from './group-source.ts';
export type { HeldClusters, HeldFate, LiveState } from './live.ts';
export {
  buddiesOfRun,
  freeRunsOfBitmap,
  type SeenGroup,
  type SeenPreallocation,
  type SeenRun,
} from './look.ts';
export { PercpuCounter } from './percpu-counter.ts';
export type { KernelProfile } from './profile.ts';
export {
  behavioursOf,
  linux618,
  profiles,
  rfc202311,
  verificationsOf,
  type NamedBehaviour,
  type Verification,
} from './profiles/index.ts';
export { type AllocationOwner, type BlockAllocator, freeFlags, hints } from './request.ts';
export type { KernelEvent, TraceEvent, TraceSink } from './trace.ts';
export { volumeGroups } from './volume-groups.ts';
