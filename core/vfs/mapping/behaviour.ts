/** Which revision of the kernel's extent code is mirrored, where revisions differ in a result. */
export interface MappingBehaviour {
  readonly splitting: Splitting;
  readonly caching: Caching;
  /**
   * Whether a caller that wants the leaves on its way left out of the status cache gets that: writeback, finished writes
   * and zero-range do (EXT4_EX_NOCACHE, since 6.16).
   */
  readonly quietLookups: boolean;
  /** Whether a lookup puts the holes of a block map into the status cache too (ext4_ind_map_blocks()). */
  readonly indirectHoles: 'forgotten' | 'cached';
  /** Whether a range that was punched out is put into the status cache as a hole (ext4_punch_hole(), since 6.8). */
  readonly punchedHoles: 'forgotten' | 'cached';
}

/**
 * How part of an extent changes its state (ext4_split_extent() and its callers), above all where the tree finds no
 * space for another extent.
 *
 * - `zero-all`: both cuts give the parts their new state; what cannot be cut off is zeroed and the whole becomes written.
 * - `zero-beside-data` (7.0, and the later stable releases of 6.18): as before, but a part whose neighbour holds data is
 *   zeroed and stays unwritten, the split before direct I/O zeroes the whole extent, conversions may use the reserve,
 *   and extents in the middle of a split are not cached.
 * - `cut-then-convert` (7.0): the cuts keep the state; the piece cut out is converted, and merged, afterwards.
 */
export type Splitting = 'zero-all' | 'zero-beside-data' | 'cut-then-convert';

/**
 * What a lookup of blocks on disk does to the extent status cache: `replaces` what is known of them
 * (ext4_es_insert_extent()), or `agrees`: leaves it where it is of another state (ext4_es_cache_extent() since 7.0).
 */
export type Caching = 'replaces' | 'agrees';
