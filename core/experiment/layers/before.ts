import type { Geometry, Volume } from '../../ext4/index.ts';
import { freeRunsOfBitmap } from '../../mballoc/index.ts';
import type { PhysicalRange } from '../outcome.ts';
import type { CellList } from './cells.ts';
import { clustersIn } from './groups.ts';

/** The groups that a range of blocks lies in. */
export function groupsWithin(geometry: Geometry, { physical, length }: PhysicalRange): number[] {
  const { firstDataBlock, blocksPerGroup, groupCount } = geometry;
  const groupOf = (block: number) => Math.floor((block - firstDataBlock) / blocksPerGroup);
  const first = Math.max(0, groupOf(physical));
  const last = Math.min(groupCount - 1, groupOf(physical + length - 1));
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

/** The part of a run of blocks that lies in a range is added to the list. */
export function addWithin(list: CellList, range: PhysicalRange, physical: number, length: number): void {
  const from = Math.max(range.physical, physical);
  const to = Math.min(range.physical + range.length, physical + length);
  if (to > from) list.add(from, to - from);
}

/** Adds what a volume at rest has free within the ranges. */
export function addFreeOnDisk(
  list: CellList,
  { geometry, blockBitmap }: Pick<Volume, 'geometry' | 'blockBitmap'>,
  ranges: readonly PhysicalRange[],
): void {
  const { firstDataBlock, blocksPerGroup, clusterRatio } = geometry;
  for (const range of ranges) {
    for (const group of groupsWithin(geometry, range)) {
      const start = firstDataBlock + group * blocksPerGroup;
      for (const [first, length] of freeRunsOfBitmap(blockBitmap(group), clustersIn(geometry, group))) {
        addWithin(list, range, start + first * clusterRatio, length * clusterRatio);
      }
    }
  }
}
