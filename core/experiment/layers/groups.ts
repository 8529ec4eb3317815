import type { Geometry, Volume } from '../../ext4/index.ts';
import { freeRunsOfBitmap, type SeenGroup } from '../../mballoc/index.ts';

/** What is free in a group, all of it, as flat numbers in the order of `groupColumns` (columns.ts). */
export function groupNumbers(
  { geometry, blockBitmap }: Pick<Volume, 'geometry' | 'blockBitmap'>,
  group: number,
  { free, waiting, preallocations }: SeenGroup,
): number[] {
  const sum = (runs: readonly { readonly clusters: number }[]) =>
    runs.reduce((total, { clusters }) => total + clusters, 0);
  const onDisk = freeRunsOfBitmap(blockBitmap(group), clustersIn(geometry, group));
  const largest = free.reduce((most, { clusters }) => Math.max(most, clusters), 0);
  const inBlocks = (clusters: number) => clusters * geometry.clusterRatio;
  return [
    group,
    inBlocks(onDisk.reduce((total, [, length]) => total + length, 0)),
    inBlocks(sum(free)),
    free.length,
    inBlocks(largest),
    inBlocks(sum(waiting)),
    inBlocks(sum(preallocations)),
  ];
}

/** Clusters of a group; the last one may be shorter. */
export function clustersIn(geometry: Geometry, group: number): number {
  const { firstDataBlock, blocksPerGroup, blocksCount, clusterRatio } = geometry;
  const start = firstDataBlock + group * blocksPerGroup;
  return Math.ceil(Math.min(blocksPerGroup, blocksCount - start) / clusterRatio);
}
