import { Refused } from '../../errno.ts';
import { clusterOf } from './cluster.ts';
import type { ExtentFile, MappedFile } from './file.ts';
import { lookUp } from './map-blocks.ts';
import { found, type MapRequest } from './request.ts';
import { recordDelayed } from './status/reservation.ts';
import type { RunState, StatusRun } from './status/runs.ts';
import { extentEnd } from './tree/node.ts';
import { findExtent, nextAllocated, pathExtent } from './tree/path.ts';

const isDelayed = (state: RunState): boolean => state === 'delayed';
const isMapped = (state: RunState): boolean => state === 'written' || state === 'unwritten';

/**
 * Finds what is behind a run of blocks, and makes a hole delayed, with its space reserved (fs/ext4/inode.c:
 * ext4_da_map_blocks()). `request` has the answer. Throws Refused (ENOSPC).
 */
export function mapDelayed(file: MappedFile, request: MapRequest): void {
  request.flags = 0;
  const run = file.status.lookup(request.logical);
  if (run !== null) {
    request.length = Math.min(request.length, run.length - (request.logical - run.logical));
    if (run.state !== 'hole') {
      answerKnown(run, request);
      return;
    }
  } else if (!file.inode.inlineData && lookUp(file, request, 0) > 0) return;

  // The lookup just made may have put the hole, or its beginning, into the cache.
  const hole = file.status.lookup(request.logical);
  if (hole !== null) {
    request.length = Math.min(request.length, hole.length - (request.logical - hole.logical));
    if (hole.state !== 'hole') {
      answerKnown(hole, request);
      return;
    }
  } else if (!file.inode.inlineData && lookUp(file, request, 0) > 0) return;

  request.flags |= found.delayed;
  insertDelayed(file, request.logical, request.length);
}

function answerKnown(run: Readonly<StatusRun>, request: MapRequest): void {
  if (run.state === 'delayed') {
    request.flags |= found.delayed;
    return;
  }
  request.physical = run.physical + (request.logical - run.logical);
  request.flags |= run.state === 'written' ? found.mapped : found.unwritten;
}

/** Reserves the clusters of new delayed blocks that have none yet (ext4_insert_delayed_blocks()). */
function insertDelayed(file: MappedFile, logical: number, length: number): void {
  const { geometry } = file.mount;
  if (geometry.clusterRatio === 1) {
    reserve(file, length);
    recordDelayed(file, logical, length, { first: false, last: false });
    return;
  }
  const last = logical + length - 1;
  const firstCluster = clusterOf(geometry, logical);
  const lastCluster = clusterOf(geometry, last);
  const first = clusterState(file, firstCluster);
  const end = firstCluster === lastCluster ? 'free' : clusterState(file, lastCluster);
  const clusters = lastCluster - firstCluster + 1 - (first === 'free' ? 0 : 1) - (end === 'free' ? 0 : 1);
  if (clusters > 0) reserve(file, clusters);
  recordDelayed(file, logical, length, { first: first === 'allocated', last: end === 'allocated' });
}

/** ext4_da_reserve_space(). */
function reserve(file: MappedFile, clusters: number): void {
  if (!file.mount.allocator.reserveDelayed(clusters, 0))
    throw new Refused('ENOSPC', 'no space to delay an allocation');
  file.reservedClusters += clusters;
}

/** Whether a logical cluster has a reservation or blocks already (ext4_clu_alloc_state()). */
function clusterState(file: MappedFile, cluster: number): 'free' | 'reserved' | 'allocated' {
  const { clusterRatio } = file.mount.geometry;
  const first = cluster * clusterRatio;
  const last = first + clusterRatio - 1;
  if (file.status.any(first, last, isDelayed)) return 'reserved';
  if (file.status.any(first, last, isMapped)) return 'allocated';
  return file.kind === 'extents' && isClusterMapped(file, cluster) ? 'allocated' : 'free';
}

/** Whether the extent tree has a block in a logical cluster (fs/ext4/extents.c: ext4_clu_mapped()). */
function isClusterMapped(file: ExtentFile, cluster: number): boolean {
  const { inode, mount } = file;
  const { geometry } = mount;
  if (inode.inlineData || inode.states.has('may-inline-data')) return false;
  const path = findExtent(file, cluster * geometry.clusterRatio, 0);
  const extent = pathExtent(path);
  if (extent === null || cluster < clusterOf(geometry, extent.logical)) return false;
  if (cluster <= clusterOf(geometry, extentEnd(extent) - 1)) return true;
  return cluster === clusterOf(geometry, nextAllocated(path));
}
