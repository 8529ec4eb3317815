import type { Geometry } from '../../../ext4/index.ts';
import type { BlockAllocator } from '../../../mballoc/request.ts';
import type { InodeGroups } from './groups.ts';

/** What the searches ask the block allocator. */
export type FreeClusters = Pick<
  BlockAllocator,
  'freeClustersRead' | 'freeClustersOfGroup' | 'freeClustersOfFlexGroup' | 'initialiseBlockBitmap'
>;

/** What the searches for a group look at. */
export interface SearchContext {
  readonly geometry: Pick<Geometry, 'clustersPerGroup' | 'inodesCount' | 'firstInode'>;
  readonly groups: InodeGroups;
  readonly allocator: FreeClusters;
}

/** No group: the answer of a search in vain, and the last group of a directory that had no child yet (~0 in the kernel). */
export const noGroup = -1;

/** Of a flexible group where the filesystem has them, else of a group (struct orlov_stats). */
export interface Statistics {
  readonly freeInodes: number;
  readonly freeClusters: number;
  readonly usedDirectories: number;
}

/** get_orlov_stats(). */
export function statisticsOf({ groups, allocator }: SearchContext, index: number): Statistics {
  const isFlex = groups.flexSize > 1;
  return {
    freeInodes: isFlex ? groups.flexFreeInodes(index) : groups.freeInodes(index),
    usedDirectories: isFlex ? groups.flexUsedDirectories(index) : groups.usedDirectories(index),
    freeClusters: isFlex ? allocator.freeClustersOfFlexGroup(index) : allocator.freeClustersOfGroup(index),
  };
}
