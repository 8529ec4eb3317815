import { freeFlags } from '../../../mballoc/request.ts';
import { clusterOf, clusterOffset, clusterStart } from '../cluster.ts';
import type { ExtentFile } from '../file.ts';
import { dataFreeFlags } from '../free-flags.ts';
import { extentEnd, type LeafExtent } from '../tree/node.ts';
import { freeCluster, freePartialCluster, type PartialCluster } from './partial-cluster.ts';

/**
 * Frees the blocks of an extent from logical block `from` to its end (fs/ext4/extents.c: ext4_remove_blocks()). The
 * clusters at its ends are freed only when no other extent can be in them.
 */
export function removeExtentTail(
  file: ExtentFile,
  extent: LeafExtent,
  partial: PartialCluster,
  from: number,
): void {
  const { geometry, allocator } = file.mount;
  const end = extentEnd(extent) - 1;
  const lastPhysical = extent.physical + extent.length - 1;
  if (partial.state !== 'initial' && partial.cluster !== clusterOf(geometry, lastPhysical)) {
    freePartialCluster(file, partial);
  }

  const endsInCluster = clusterOffset(geometry, end) !== geometry.clusterRatio - 1;
  if (endsInCluster && clusterStart(geometry, end) >= from && partial.state !== 'nofree') {
    freeCluster(file, clusterStart(geometry, lastPhysical), end);
    partial.state = 'initial';
  }
  const length = end + 1 - from;
  const physical = lastPhysical + 1 - length;
  const flags = dataFreeFlags(file) | freeFlags.noFreeLastCluster | freeFlags.noFreeFirstCluster;
  allocator.free(file.inode, physical, length, flags);

  if (partial.state !== 'initial' && partial.cluster !== clusterOf(geometry, physical))
    partial.state = 'initial';
  if (clusterOffset(geometry, from) === 0 || length !== extent.length) {
    partial.state = 'initial';
  } else if (partial.state === 'initial') {
    partial.cluster = clusterOf(geometry, physical);
    partial.logical = from;
    partial.state = 'tofree';
  }
}
