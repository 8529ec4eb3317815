/** A run of mapped blocks: all numbers in filesystem blocks. */
export interface Extent {
  readonly logical: number;
  readonly physical: number;
  readonly length: number;
  readonly unwritten: boolean;
}

/** An entry of an inner node: `logical` as the entry has it, and the node it points at. */
export interface ExtentIndex {
  readonly logical: number;
  readonly block: number;
  readonly child: ExtentNode;
}

interface ExtentNodeHeader {
  /** Block that holds the node; null for the root, which lies in the inode. */
  readonly physicalBlock: number | null;
  /** eh_max: entries that fit. */
  readonly capacity: number;
}

/** A node of an inode's extent tree; the leaves are at depth 0 (fs/ext4/ext4_extents.h). */
export type ExtentNode =
  | (ExtentNodeHeader & { readonly kind: 'leaf'; readonly depth: 0; readonly entries: readonly Extent[] })
  | (ExtentNodeHeader & {
      readonly kind: 'index';
      readonly depth: number;
      readonly entries: readonly ExtentIndex[];
    });
