/**
 * What the allocator must know about the groups of a filesystem that is being mounted: the descriptors' free counts
 * and the block bitmaps as they lie on disk. `volumeGroups` makes one from an ext4 volume, an allocator's
 * `groupsAfterUnmount` makes the next mount's.
 */
export interface GroupSource {
  /** bg_free_blocks_count, in clusters. */
  freeClusters(group: number): number;
  /** EXT4_BG_BLOCK_UNINIT, where descriptors have checksums: the bitmap was never written. */
  isBlockUninit(group: number): boolean;
  /** ext4_free_clusters_after_init(); asked only of BLOCK_UNINIT groups. */
  freeClustersAfterInit(group: number): number;
  /**
   * One bit per cluster, low bit first; at least clustersPerGroup bits, those past the filesystem's end set. For a
   * BLOCK_UNINIT group the bitmap that ext4_init_block_bitmap() would make. Throws where the bitmap is damaged.
   */
  blockBitmap(group: number): Uint8Array;
  /** Where that bitmap lies, for errors to name; null where it lies nowhere. */
  bitmapBlock(group: number): number | null;
  /** Whoever asked holds the group's bitmap itself from now on and does not ask again: it need not be kept here. */
  release?(group: number): void;
}
