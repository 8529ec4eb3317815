/** Where kernels differ. */
export interface DirectoryBehaviour {
  /**
   * Since 6.15 (and 6.14.3, 6.12.24, 6.6.88, …) a leaf is split by size also where only its first entry stays behind
   * (do_split()); before, by number.
   */
  readonly splitFix: boolean;
}

/** Linux 6.15 and later. */
export const currentBehaviour: DirectoryBehaviour = { splitFix: true };
