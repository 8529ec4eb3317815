import type { Geometry } from '../ext4/geometry.ts';

/** Where blocks and clusters lie in groups (ext4_get_group_no_and_offset(), EXT4_B2C() and their kind). */
export class GroupLayout {
  readonly groupCount: number;
  readonly firstDataBlock: number;
  readonly blocksCount: number;
  readonly blocksPerGroup: number;
  readonly clustersPerGroup: number;
  readonly clusterRatio: number;
  readonly clusterBits: number;

  constructor(geometry: Geometry) {
    this.groupCount = geometry.groupCount;
    this.firstDataBlock = geometry.firstDataBlock;
    this.blocksCount = geometry.blocksCount;
    this.blocksPerGroup = geometry.blocksPerGroup;
    this.clustersPerGroup = geometry.clustersPerGroup;
    this.clusterRatio = geometry.clusterRatio;
    this.clusterBits = geometry.clusterBits;
  }

  /** ext4_get_group_number(). */
  groupOf(block: number): number {
    return Math.floor((block - this.firstDataBlock) / this.blocksPerGroup);
  }

  /** Cluster within its group (the second answer of ext4_get_group_no_and_offset()). */
  clusterOf(block: number): number {
    return ((block - this.firstDataBlock) % this.blocksPerGroup) >> this.clusterBits;
  }

  /** ext4_group_first_block_no(). */
  firstBlock(group: number): number {
    return group * this.blocksPerGroup + this.firstDataBlock;
  }

  /** ext4_grp_offs_to_block(). `cluster` may be -1, as in a goal that names only a group. */
  blockAt(group: number, cluster: number): number {
    return this.firstBlock(group) + cluster * this.clusterRatio;
  }

  /** num_clusters_in_group() of balloc.c: the last group may be short. */
  clustersIn(group: number): number {
    if (group !== this.groupCount - 1) return this.clustersPerGroup;
    return this.clustersFor(this.blocksCount - this.firstBlock(group));
  }

  /** EXT4_NUM_B2C(): clusters that so many blocks need. */
  clustersFor(blocks: number): number {
    return this.clusterRatio === 1 ? blocks : Math.ceil(blocks / this.clusterRatio);
  }

  /** EXT4_C2B(). */
  blocksFor(clusters: number): number {
    return clusters * this.clusterRatio;
  }
}
