import type { Geometry } from '../../ext4/geometry.ts';

/** EXT4_B2C(): the cluster that a block (logical or physical) lies in. */
export function clusterOf(geometry: Geometry, block: number): number {
  return geometry.clusterRatio === 1 ? block : Math.floor(block / geometry.clusterRatio);
}

/** EXT4_NUM_B2C(): clusters that so many blocks fill, rounded up. */
export function clustersFor(geometry: Geometry, blocks: number): number {
  return geometry.clusterRatio === 1 ? blocks : Math.ceil(blocks / geometry.clusterRatio);
}

/** EXT4_LBLK_COFF(), EXT4_PBLK_COFF(): a block's place in its cluster. */
export function clusterOffset(geometry: Geometry, block: number): number {
  return geometry.clusterRatio === 1 ? 0 : block % geometry.clusterRatio;
}

/** EXT4_LBLK_CMASK(), EXT4_PBLK_CMASK(): the first block of a block's cluster. */
export function clusterStart(geometry: Geometry, block: number): number {
  return block - clusterOffset(geometry, block);
}

/** EXT4_LBLK_CFILL(): the last block of a block's cluster. */
export function clusterEnd(geometry: Geometry, block: number): number {
  return clusterStart(geometry, block) + geometry.clusterRatio - 1;
}
