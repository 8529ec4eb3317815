import { freeFlags } from '../../../mballoc/request.ts';
import { clusterOf } from '../cluster.ts';
import type { ExtentFile } from '../file.ts';
import { dataFreeFlags } from '../free-flags.ts';

/**
 * The cluster at the left end of what was removed so far (fs/ext4/ext4_extents.h: struct partial_cluster). Removal goes
 * from right to left; whether a cluster that an extent begins in the middle of may be freed shows only at the next
 * extent to the left. With one block in a cluster it stays `initial`.
 */
export interface PartialCluster {
  state: 'initial' | 'tofree' | 'nofree';
  /** Physical cluster. */
  cluster: number;
  /** A logical block in it. */
  logical: number;
}

/** The state in which a removal begins. */
export function noPartialCluster(): PartialCluster {
  return { state: 'initial', cluster: 0, logical: 0 };
}

/** Notes that the cluster of a physical block is in use by an extent that stays. */
export function keepClusterOf(file: ExtentFile, partial: PartialCluster, physical: number): void {
  if (file.mount.geometry.clusterRatio === 1) return;
  partial.cluster = clusterOf(file.mount.geometry, physical);
  partial.state = 'nofree';
}

/** Frees the partial cluster when nothing else can be in it. */
export function freePartialCluster(file: ExtentFile, partial: PartialCluster): void {
  if (partial.state === 'tofree') {
    freeCluster(file, partial.cluster * file.mount.geometry.clusterRatio, partial.logical);
  }
  partial.state = 'initial';
}

/**
 * Frees one cluster. Where delayed blocks share it, its space is reserved for them at once (the use of
 * EXT4_FREE_BLOCKS_RERESERVE_CLUSTER and ext4_rereserve_cluster()).
 */
export function freeCluster(file: ExtentFile, physical: number, logical: number): void {
  const { geometry, allocator } = file.mount;
  const cluster = clusterOf(geometry, logical);
  const isPending = file.pending.has(cluster);
  const flags = dataFreeFlags(file) | (isPending ? freeFlags.rereserveCluster : 0);
  allocator.free(file.inode, physical, geometry.clusterRatio, flags);
  if (!isPending) return;
  allocator.rereserve(1);
  file.reservedClusters += 1;
  file.pending.remove(cluster);
}
