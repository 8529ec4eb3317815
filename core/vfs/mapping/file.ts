import type { Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import type { MappingBehaviour } from './behaviour.ts';
import type { BlockMap } from './indirect/block-map.ts';
import type { PendingClusters } from './status/pending.ts';
import type { StatusTree } from './status/status-tree.ts';
import type { TreeNode } from './tree/node.ts';

/** What the mapping needs of the mounted filesystem. */
export type Mount = Pick<Filesystem, 'geometry' | 'options' | 'machine' | 'allocator'>;

interface MappedFileBase {
  readonly mount: Mount;
  readonly behaviour: MappingBehaviour;
  readonly inode: Inode;
  /** The extent status tree (i_es_tree). */
  readonly status: StatusTree;
  /** Clusters with a pending reservation (i_pending_tree). */
  readonly pending: PendingClusters;
  /** i_reserved_data_blocks, in clusters. */
  reservedClusters: number;
}

/** An inode whose blocks are mapped by an extent tree. */
export interface ExtentFile extends MappedFileBase {
  readonly kind: 'extents';
  /** The root, which lies in the inode and stays the same object for the inode's life. */
  readonly root: TreeNode;
}

/** An inode whose blocks are mapped by direct and indirect pointers. */
export interface BlockFile extends MappedFileBase {
  readonly kind: 'blocks';
  readonly map: BlockMap;
}

/** An inode with its mapping, of either kind. */
export type MappedFile = ExtentFile | BlockFile;
