/** Where kernel lines differ in the data paths: file.c, inode.c and fallocate of ext4. */
export interface DataBehaviour {
  /**
   * When an unwritten extent is cut for a write inside it. `before` the write, by the call that maps it
   * (EXT4_GET_BLOCKS_PRE_IO), or only `after` it, by the conversion, which then needs a cut less often (7.0).
   */
  readonly unwrittenCut: 'before' | 'after';
  /**
   * What becomes of the rest of the last block when the file grows past it: nothing (6.12.0), zeroed `after` the new data is
   * in the page cache, or `before` it (7.0: ext4_block_zero_eof()).
   */
  readonly endZeroing: 'none' | 'after' | 'before';
  /** ext4_punch_hole(). */
  readonly punching: Punching;
  /**
   * What a writeback that runs out of space does with a folio that has some of its blocks by then: it `waits` as a whole, or
   * the part goes out (6.17: mpage_submit_partial_folio()).
   */
  readonly partialFolio: 'waits' | 'is-written';
  /**
   * ftruncate(2) beyond what fits the inode: inline data `stays` there, or moves out into a block first (7.0, and the stable
   * releases of spring 2026).
   */
  readonly inlineGrowth: 'stays' | 'moves-out';
}

interface Punching {
  /**
   * Where a hole that reaches beyond i_size ends: behind the page of the byte at i_size (up to 6.12.40), of the last byte
   * before it, or behind the last byte's block (6.19).
   */
  readonly end: 'next-page' | 'page' | 'block';
  /** Whether dirty data behind the hole's beginning is written out first (up to 6.12.30). */
  readonly writesFirst: boolean;
  /** How far i_disksize follows i_size: only where the hole reaches it, or to the hole's end (6.18, 6.17.4, 6.12.54). */
  readonly diskSize: 'at-end' | 'to-hole';
}
