/** Flags of a group in memory (bb_state of struct ext4_group_info, and bg_flags of its descriptor). */
export const groupState = {
  /** EXT4_GROUP_INFO_NEED_INIT_BIT: counters and buddy were not yet made from the bitmap. */
  needsInit: 1,
  /** EXT4_GROUP_INFO_BBITMAP_READ_BIT: a prefetch has asked for the bitmap already. */
  prefetched: 2,
  /** The bitmap is in the buffer cache, so that a prefetch of it is no I/O. */
  cached: 4,
  /** EXT4_BG_BLOCK_UNINIT of the descriptor. */
  blockUninit: 8,
} as const;
