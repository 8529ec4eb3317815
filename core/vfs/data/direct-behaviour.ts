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
  /**
   * Whether a piece that is refused once it is mapped (not aligned, or buffers checked first) goes through the page cache instead, with
   * all that follows it, unless the write is atomic. From 6.15 on iomap_iter() let the ENOTBLK of ext4_iomap_end() stand in place of the
   * error; 6.17.4 returns no ENOTBLK there ("ext4: fail unaligned direct IO write with EINVAL").
   */
  readonly errorsFallBack: boolean;
}
