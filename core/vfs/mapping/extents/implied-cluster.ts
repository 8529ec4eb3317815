import type { Geometry } from '../../../ext4/geometry.ts';
import { clusterOf, clusterOffset, clusterStart } from '../cluster.ts';
import type { MapRequest } from '../request.ts';
import { extentEnd, type LeafExtent } from '../tree/node.ts';
import { nextAllocated, type Path } from '../tree/path.ts';

/**
 * Whether the request starts in a cluster that `extent` has blocks in already (fs/ext4/extents.c:
 * get_implied_cluster_alloc()). Then the request's blocks are given there, up to the cluster's end or the next extent.
 */
export function useImpliedCluster(
  geometry: Geometry,
  request: MapRequest,
  extent: LeafExtent,
  path: Path,
): boolean {
  const cluster = clusterOf(geometry, request.logical);
  const inLast = cluster === clusterOf(geometry, extentEnd(extent) - 1);
  if (!inLast && cluster !== clusterOf(geometry, extent.logical)) return false;

  const offset = clusterOffset(geometry, request.logical);
  const allocated = inLast ? extent.physical + extent.length - 1 : extent.physical;
  request.physical = clusterStart(geometry, allocated) + offset;
  request.length = Math.min(request.length, geometry.clusterRatio - offset);
  if (request.logical < extent.logical)
    request.length = Math.min(request.length, extent.logical - request.logical);
  if (request.logical > extent.logical)
    request.length = Math.min(request.length, nextAllocated(path) - request.logical);
  return true;
}
