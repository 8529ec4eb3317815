import type { GroupDescriptor, Volume } from '../ext4/index.ts';
import type { GroupSource } from './group-source.ts';
import { GroupLayout } from './layout.ts';

/** The groups of a volume at rest, for the first mount of it. */
export function volumeGroups(volume: Volume): GroupSource {
  const layout = new GroupLayout(volume.geometry);
  return {
    freeClusters: (group) => volume.descriptor(group).freeClusters,
    isBlockUninit: (group) => volume.descriptor(group).blockUninit,
    freeClustersAfterInit: (group) =>
      layout.clustersIn(group) - overheadClusters(volume, layout, volume.descriptor(group)),
    blockBitmap: (group) => volume.blockBitmap(group),
    bitmapBlock: (group) => volume.descriptor(group).blockBitmap,
  };
}

/** ext4_num_overhead_clusters(): clusters of a group that hold its own metadata, each counted once. */
function overheadClusters(volume: Volume, layout: GroupLayout, descriptor: GroupDescriptor): number {
  const { group } = descriptor;
  const base = layout.clustersFor(volume.baseMetaBlocks(group));
  const table = inodeTableClusters(volume, layout, descriptor);
  let clusters = base;
  if (table !== null) clusters += table.last - table.first + (table.first === base - 1 ? 0 : 1);
  const block = clusterInside(layout, group, descriptor.blockBitmap);
  const isNew = (cluster: number) =>
    cluster >= base && (table === null || cluster < table.first || cluster > table.last);
  if (block !== null && isNew(block)) clusters++;
  const inode = clusterInside(layout, group, descriptor.inodeBitmap);
  if (inode !== null && inode !== block && isNew(inode)) clusters++;
  return clusters;
}

function clusterInside(layout: GroupLayout, group: number, block: number): number | null {
  return layout.groupOf(block) === group ? layout.clusterOf(block) : null;
}

/** Clusters of the part of the inode table that lies in its own group. */
function inodeTableClusters(
  volume: Volume,
  layout: GroupLayout,
  descriptor: GroupDescriptor,
): { readonly first: number; readonly last: number } | null {
  const start = layout.firstBlock(descriptor.group);
  const end = start + layout.blocksPerGroup - 1;
  const first = descriptor.inodeTable;
  const last = first + volume.geometry.inodeTableBlocksPerGroup - 1;
  if (first > end || last < start) return null;
  return {
    first: Math.floor((Math.max(first, start) - start) / layout.clusterRatio),
    last: Math.floor((Math.min(last, end) - start) / layout.clusterRatio),
  };
}
