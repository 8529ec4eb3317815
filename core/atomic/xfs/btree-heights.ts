import type { XfsGeometry } from './superblock.ts';

/** The greatest heights that the trees of a filesystem can reach; they size every log reservation. */
export interface BtreeHeights {
  /** By-block and by-size free space trees (m_alloc_maxlevels). */
  readonly freeSpace: number;
  /** Extents of a file (m_bm_maxlevels of the data fork). */
  readonly fileExtents: number;
  /** Owners of blocks; 0 without the feature (m_rmap_maxlevels). */
  readonly reverseMapping: number;
  /** Shared blocks; 0 without the feature (m_refc_maxlevels). */
  readonly references: number;
}

/** Fewest records of a leaf and fewest pointers of a node, in a block that is half full. */
interface Fanout {
  readonly leaf: number;
  readonly node: number;
}

/** Bytes of a tree block's header, with short (group) and long (file) pointers (libxfs/xfs_format.h). */
export function blockHeaderBytes(checksums: boolean): { short: number; long: number } {
  return checksums ? { short: 56, long: 72 } : { short: 16, long: 24 };
}

/**
 * Heights as they are computed at mount (libxfs: xfs_alloc_compute_maxlevels(), xfs_bmap_compute_maxlevels(),
 * xfs_rmapbt_compute_maxlevels(), xfs_refcountbt_compute_maxlevels(), xfs_sb_mount_common()).
 */
export function btreeHeights(geometry: XfsGeometry): BtreeHeights {
  const header = blockHeaderBytes(geometry.checksums);
  const half = (space: number, entryBytes: number) => Math.floor(Math.floor(space / entryBytes) / 2);
  const inGroup = geometry.blockBytes - header.short;
  const inFile = geometry.blockBytes - header.long;
  const { groupBlocks } = geometry;
  const owners = { leaf: half(inGroup, 24), node: half(inGroup, 44) };
  return {
    freeSpace: heightOfRecords(
      { leaf: half(inGroup, 8), node: half(inGroup, 12) },
      Math.floor((groupBlocks + 1) / 2),
    ),
    fileExtents: heightOfFileExtents(half(inFile, 16), geometry.largeExtentCounts),
    reverseMapping: !geometry.reverseMapping
      ? 0
      : geometry.reflink
        ? heightOfSpace(owners, groupBlocks)
        : heightOfRecords(owners, groupBlocks),
    references: geometry.reflink
      ? heightOfRecords({ leaf: half(inGroup, 12), node: half(inGroup, 8) }, groupBlocks)
      : 0,
  };
}

/** xfs_btree_compute_maxlevels(): the height that `records` records need in blocks half full. */
function heightOfRecords(fanout: Fanout, records: number): number {
  let blocks = Math.ceil(records / fanout.leaf);
  let height = 1;
  while (blocks > 1) {
    blocks = Math.ceil(blocks / fanout.node);
    height++;
  }
  return height;
}

/** xfs_btree_space_to_height(): the height of a tree that takes `blocks` blocks itself. */
function heightOfSpace(fanout: Fanout, blocks: number): number {
  if (blocks < 1) return 0;
  let level = 2;
  let left = blocks - 1;
  let height = 1;
  while (level < left) {
    left -= level;
    level *= fanout.node;
    height++;
  }
  return height;
}

/** xfs_bmap_compute_maxlevels(): the root lies in the inode and has room for three records at least. */
function heightOfFileExtents(fanout: number, largeExtentCounts: boolean): number {
  const rootRecords = 3;
  const mostExtents = largeExtentCounts ? 2 ** 48 - 1 : 2 ** 31 - 1;
  let blocks = Math.ceil(mostExtents / fanout);
  let height = 1;
  for (; blocks > 1; height++) blocks = blocks <= rootRecords ? 1 : Math.ceil(blocks / fanout);
  return height;
}
