import type { Geometry } from '../ext4/geometry.ts';
import type { Machine, MountOptions } from '../vfs/filesystem.ts';

/** What ext4_mb_init(), ext4_mb_init_backend() and ext4_fill_super() set once per mount (the s_mb_* and their kind). */
export interface Tunables {
  /** s_stripe in blocks; 0 when off. */
  readonly stripeBlocks: number;
  /** MB_OPTIMIZE_SCAN. */
  readonly optimizeScan: boolean;
  /** s_mb_max_to_scan and s_mb_min_to_scan, in extents found. */
  readonly maxToScan: number;
  readonly minToScan: number;
  /** s_mb_stream_request, in blocks: bigger files preallocate for themselves. */
  readonly streamRequest: number;
  /** s_mb_order2_reqs. */
  readonly orderTwoRequests: number;
  /** s_mb_best_avail_max_trim_order. */
  readonly bestAvailableTrimOrder: number;
  /** s_mb_group_prealloc, in clusters. */
  readonly groupPreallocation: number;
  /** s_mb_max_linear_groups. */
  readonly maxLinearGroups: number;
  /** s_mb_prefetch and s_mb_prefetch_limit, in groups. */
  readonly prefetchGroups: number;
  readonly prefetchLimit: number;
  /** s_blockfile_groups: groups that a file without extents may use. */
  readonly blockfileGroups: number;
  /** Groups of a flexible group as their logarithm; 0 without flex_bg. */
  readonly flexBits: number;
  /** s_resv_clusters (ext4_set_resv_clusters()). */
  readonly reservedClusters: number;
}

const defaultStreamRequest = 16;
const defaultGroupPreallocation = 512;
const linearLimit = 4;
const linearScanThreshold = 16;
const maxSegmentBytes = 65536;
/** EXT4_MAX_BLOCK_FILE_PHYS. */
export const maxBlockOfMappedFile = 0xffffffff;

/** The values that Linux 6.18 starts with for this filesystem, these mount options and this machine. */
export function tunablesFor(geometry: Geometry, options: MountOptions, machine: Machine): Tunables {
  const { stripeBlocks } = options;
  const flexBits = Math.log2(geometry.flexSize);
  const prefetchGroups = Math.min(
    geometry.features.flexBg
      ? Math.min(geometry.flexSize, maxSegmentBytes >> (geometry.blockSizeBits - 9)) * 8
      : 32,
    geometry.groupCount,
  );
  return {
    stripeBlocks,
    optimizeScan:
      options.optimizeScan === 'auto' ? geometry.groupCount >= linearScanThreshold : options.optimizeScan,
    maxToScan: 200,
    minToScan: 10,
    streamRequest: defaultStreamRequest,
    orderTwoRequests: 2,
    bestAvailableTrimOrder: 3,
    groupPreallocation: groupPreallocationOf(geometry, stripeBlocks),
    maxLinearGroups: machine.rotational ? linearLimit : 0,
    prefetchGroups,
    prefetchLimit: Math.min(prefetchGroups * 4, geometry.groupCount),
    blockfileGroups: Math.min(
      geometry.groupCount,
      Math.floor(maxBlockOfMappedFile / geometry.blocksPerGroup),
    ),
    flexBits,
    reservedClusters: geometry.features.extents
      ? Math.min(Math.floor(Math.floor(geometry.blocksCount / geometry.clusterRatio) / 50), 4096)
      : 0,
  };
}

/** s_mb_group_prealloc of ext4_mb_init(): two megabytes of 4 KiB blocks, but 32 clusters at least, in whole stripes. */
function groupPreallocationOf(geometry: Geometry, stripeBlocks: number): number {
  const clusters = Math.max(defaultGroupPreallocation >> geometry.clusterBits, 32);
  if (stripeBlocks <= 1) return clusters;
  const stripeClusters = Math.ceil(stripeBlocks / geometry.clusterRatio);
  return Math.ceil(clusters / stripeClusters) * stripeClusters;
}
