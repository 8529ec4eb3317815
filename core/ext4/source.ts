/**
 * Bytes at random offsets: an image file, a block device or a fixture in memory. Reads are synchronous, because the
 * mirror asks for bitmaps and inodes in the middle of a decision; who must not block runs the mirror in a worker.
 */
export interface ByteSource {
  /** Length in bytes. */
  readonly sizeBytes: number;
  /**
   * Returns exactly `lengthBytes` bytes at `offsetBytes`, in memory of the caller's own.
   * Throws when the range is not wholly inside the source.
   */
  read(offsetBytes: number, lengthBytes: number): Uint8Array;
  /**
   * Of a snapshot: the hashes of the names that were replaced in the root directory, by the replacement with one character
   * for each byte. Left out elsewhere.
   */
  readonly nameHashes?: ReadonlyMap<string, number>;
}
