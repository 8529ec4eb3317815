import type { XfsGeometry } from './superblock.ts';

const structureBytes = 256;
const flag = {
  asciiCaseInsensitive: 1 << 12,
  checksums: 1 << 15,
  reverseMapping: 1 << 19,
  reflink: 1 << 20,
  largeExtentCounts: 1 << 23,
};

/**
 * The geometry that the kernel tells everybody (XFS_IOC_FSGEOMETRY; libxfs/xfs_fs.h, struct xfs_fsop_geom), in the byte
 * order of the machine. `freeDataBlocks` is not part of it and comes from statfs(2). Throws RangeError for other lengths.
 */
export function decodeToldGeometry(
  bytes: Uint8Array,
  freeDataBlocks: number,
  littleEndian: boolean,
): XfsGeometry {
  if (bytes.byteLength !== structureBytes)
    throw new RangeError(`struct xfs_fsop_geom has ${structureBytes} bytes, not ${bytes.byteLength}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number) => view.getUint32(at, littleEndian);
  const long = (at: number) => Number(view.getBigUint64(at, littleEndian));
  const has = (bit: number) => (word(92) & bit) !== 0;
  return {
    blockBytes: word(0),
    groupBlocks: word(8),
    groupCount: word(12),
    logBlocks: word(16),
    sectorBytes: word(20),
    inodeBytes: word(24),
    dataBlocks: long(32),
    freeDataBlocks,
    realtimeBlocks: long(40),
    realtimeGroupBlocks: word(120) * word(4),
    logStripeBytes: word(108),
    asciiCaseInsensitive: has(flag.asciiCaseInsensitive),
    checksums: has(flag.checksums),
    reflink: has(flag.reflink),
    reverseMapping: has(flag.reverseMapping),
    largeExtentCounts: has(flag.largeExtentCounts),
  };
}
