/** How direct and atomic writes find their blocks, where kernel lines differ. */
export interface DirectWriteBehaviour {
  /**
   * RWF_ATOMIC on ext4. `none`: refused for every file. `one-extent` (since 6.16): one extent, up to a cluster. `aligned`: the
   * RFC of 2023, blocks aligned to the length.
   */
  readonly atomicWrites: 'none' | 'one-extent' | 'aligned';
  /**
   * Whether the lookup that precedes an allocation leaves its answer's length behind: a hole or an unwritten extent that
   * ends sooner then cuts the request (ext4_iomap_begin() without `orig_mlen`).
   */
  readonly lookupShortens: boolean;
  /**
   * Whether buffers that the device cannot take are refused before the first request is made (bdev_iter_is_aligned(), up to
   * 6.17), or when the device gets it.
   */
  readonly checksBuffersFirst: boolean;
}
