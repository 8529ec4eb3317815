/** What is needed of a volume to tell its block groups apart. */
interface GroupShape {
  readonly blockCount: number;
  readonly firstBlock: number;
  readonly blocksPerGroup: number;
}

/** A block group; the last one may be shorter. */
export interface GroupSpan {
  readonly group: number;
  readonly first: number;
  /** In blocks. */
  readonly length: number;
}

/** The group of a block. The block before the first group (of filesystems with blocks of 1 KiB) counts to group 0. */
export function groupSpan({ blockCount, firstBlock, blocksPerGroup }: GroupShape, block: number): GroupSpan {
  const group = Math.max(0, Math.floor((block - firstBlock) / blocksPerGroup));
  const first = firstBlock + group * blocksPerGroup;
  return { group, first, length: Math.max(1, Math.min(blocksPerGroup, blockCount - first)) };
}
