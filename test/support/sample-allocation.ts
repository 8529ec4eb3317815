import type { Geometry } from '../../core/ext4/geometry.ts';
import type { GroupSource } from '../../core/mballoc/group-source.ts';
import type { AllocationOwner, AllocationRequest } from '../../core/mballoc/request.ts';

/** Groups in which the clusters of `used` are taken: pairs of first cluster and count, by group. */
export function sampleGroups(
  geometry: Geometry,
  used: Readonly<Record<number, readonly (readonly [number, number])[]>> = {},
): GroupSource {
  const taken = (group: number) => used[group] ?? [];
  return {
    freeClusters: (group) =>
      geometry.clustersPerGroup - taken(group).reduce((sum, [, count]) => sum + count, 0),
    isBlockUninit: () => false,
    freeClustersAfterInit: () => geometry.clustersPerGroup,
    bitmapBlock: () => null,
    blockBitmap: (group) => {
      const bitmap = new Uint8Array(geometry.clustersPerGroup / 8);
      for (const [first, count] of taken(group)) {
        for (let bit = first; bit < first + count; bit++) bitmap[bit >>> 3] |= 1 << (bit & 7);
      }
      return bitmap;
    },
  };
}

/** A file, or whatever `change` makes of it. */
export function sampleOwner(change: Partial<AllocationOwner> = {}): AllocationOwner {
  return {
    ino: 12,
    isRegular: true,
    usesExtents: true,
    sizeBytes: 0,
    openWriters: 1,
    preallocations: null,
    ...change,
  };
}

/** A request of `owner` without neighbours. */
export function sampleRequest(
  owner: AllocationOwner,
  change: Partial<Omit<AllocationRequest, 'owner'>> = {},
): AllocationRequest {
  return {
    owner,
    logical: 0,
    length: 1,
    goal: 0,
    leftLogical: 0,
    leftPhysical: 0,
    rightLogical: 0,
    rightPhysical: 0,
    flags: 0x20,
    ...change,
  };
}
