import type { GroupDescriptor } from './descriptor.ts';
import type { DirectoryBlock } from './directory.ts';
import type { DirectoryEntry } from './directory-entries.ts';
import type { Extent, ExtentNode } from './extent-tree.ts';
import type { Geometry } from './geometry.ts';
import type { IndirectMap } from './indirect-map.ts';
import type { InodeRecord } from './inode.ts';
import type { ByteSource } from './source.ts';
import type { Superblock } from './superblock.ts';

/**
 * An ext4 filesystem at rest. Everything is read and checked when asked for; results are fresh and the caller's own.
 * Every method throws {@link import('./damaged.ts').DamagedImage} where the bytes are wrong.
 */
export interface Volume {
  /** The bytes behind all answers: with an unclean journal already replayed (in memory, never on the disk). */
  readonly source: ByteSource;
  readonly superblock: Superblock;
  readonly geometry: Geometry;
  /** What was replayed; null when the journal was clean or there is none. */
  readonly replay: JournalReplay | null;
  descriptor(group: number): GroupDescriptor;
  /** Looks at every descriptor, as a mount does (ext4_check_descriptors). */
  checkDescriptors(): void;
  /** One bit per cluster of the group, low bit first, clustersPerGroup / 8 bytes; bits past the filesystem's end are set. */
  blockBitmap(group: number): Uint8Array;
  /** One bit per inode of the group, low bit first, inodesPerGroup / 8 bytes (rounded up; the padding is set). */
  inodeBitmap(group: number): Uint8Array;
  inode(ino: number): InodeRecord;
  /** The extent tree of an inode with `usesExtents`. */
  extentTree(inode: InodeRecord): ExtentNode;
  /** The block map of an inode without extents. */
  indirectMap(inode: InodeRecord): IndirectMap;
  /** Either kind of mapping as FIEMAP would give it: logical order, neighbours merged. Inline data gives none. */
  extents(inode: InodeRecord): Extent[];
  /** The blocks of a directory, parsed. */
  directoryBlocks(inode: InodeRecord): DirectoryBlock[];
  /** Entries in use, `.` and `..` included (made up for inline directories, with offset -1), in the order of the blocks. */
  list(directory: InodeRecord): DirectoryEntry[];
  /** The inode at a path from the root, links not followed; null where there is none. */
  lookup(path: string): InodeRecord | null;
  /** Inline data of an inode: i_block and the attribute system.data, cut to the file's size (whole for directories). */
  inlineData(inode: InodeRecord): Uint8Array;
  /** Inodes that the next mount deletes or truncates: the orphan list, then the orphan file. */
  orphans(): number[];
  /** One block's bytes. */
  block(number: number): Uint8Array;
  /** Blocks at the start of a group that hold superblock, descriptors and reserved descriptors (ext4_num_base_meta_blocks). */
  baseMetaBlocks(group: number): number;
}

/** The outcome of replaying a journal in memory (fs/jbd2/recovery.c). */
export interface JournalReplay {
  readonly transactions: number;
  readonly blocks: number;
  readonly revoked: number;
  /** Sequence number of the first transaction that was not replayed. */
  readonly nextSequence: number;
}
