import type { Geometry } from '../ext4/geometry.ts';
import type { ByteSource } from '../ext4/source.ts';
import type { BlockAllocator } from '../mballoc/request.ts';
import type { DataBehaviour } from './data/behaviour.ts';
import type { DirectWriteBehaviour } from './data/direct-behaviour.ts';
import type { Inode } from './inode.ts';

/**
 * The mounted filesystem that the parts of the mirror share. core/vfs assembles it (mount.ts); each part gets the
 * whole, as the kernel's parts get the super_block.
 */
export interface Filesystem {
  readonly geometry: Geometry;
  readonly options: MountOptions;
  readonly machine: Machine;
  readonly allocator: BlockAllocator;
  readonly mapping: BlockMapping;
  readonly namespace: Namespace;
  readonly journal: Journal;
  readonly source: ByteSource;
  readonly directWrites: DirectWriteBehaviour;
  readonly behaviour: DataBehaviour;
  /** Takes what the kernel would print as a warning: its place, then what it means. */
  warn(warning: string): void;
}

/** Facts of the machine that ext4's answers depend on (plan-format.md, target.*). */
export interface Machine {
  readonly possibleCpus: number;
  readonly rotational: boolean;
  /** Thread id modulo 16. */
  readonly threadId: number;
  readonly pageSizeBytes: number;
  /** bdev_logical_block_size() of the device; 512 when left out, as a loop device has. */
  readonly logicalBlockBytes?: number;
  /** atomic_write_unit_min and _max of the device, in bytes; left out where it cannot write atomically. */
  readonly atomicWrite?: { readonly unitMinBytes: number; readonly unitMaxBytes: number };
  /** False on kernels built without transparent huge pages: the page cache then knows single pages only. */
  readonly largeFolios?: boolean;
  /** True where the device has no volatile write cache, or knows FUA: pure overwrites with RWF_DSYNC then need no commit. */
  readonly writeThrough?: boolean;
}

/** Options of a mount that change where blocks go, defaults resolved. */
export interface MountOptions {
  readonly delayedAllocation: boolean;
  readonly dataMode: 'ordered' | 'writeback' | 'journal';
  readonly dioreadNolock: boolean;
  /** s_stripe, as the mount settles it from its options and the superblock; 0 for none. */
  readonly stripeBlocks: number;
  readonly optimizeScan: boolean | 'auto';
  readonly noAutoDelayedAllocation: boolean;
}

/** A mapped, unwritten, delayed or empty run of logical blocks (struct ext4_map_blocks on return). */
export interface Mapped {
  readonly state: 'hole' | 'delayed' | 'written' | 'unwritten';
  /** First physical block; 0 for holes and delayed blocks. */
  readonly physical: number;
  /** Blocks, at least 1. */
  readonly length: number;
  /** EXT4_MAP_NEW: blocks were allocated by this very call. */
  readonly isNew: boolean;
}

/** EXT4_GET_BLOCKS_*; the kernel's values. */
export const getBlocks = {
  create: 0x0001,
  unwritten: 0x0002,
  createUnwritten: 0x0003,
  delallocReserved: 0x0004,
  preIo: 0x0008,
  convert: 0x0010,
  ioCreate: 0x000b,
  metadataNoFail: 0x0020,
  noNormalize: 0x0040,
  convertUnwritten: 0x0100,
  zero: 0x0200,
  createZero: 0x0201,
  ioSubmit: 0x0400,
  ioConvert: 0x0413,
  /** Answer from the extent status cache or not at all. */
  cachedNoWait: 0x0800,
  queryLastInLeaf: 0x1000,
  /** EXT4_GET_BLOCKS_ALIGNED of the RFC, which has 0x1000 there: blocks that begin at a multiple of their number. */
  aligned: 0x100000,
  /** EXT4_EX_NOFAIL. */
  noFail: 0x10000000,
  /** EXT4_EX_NOCACHE: tree blocks read on the way are not put into the extent status cache. */
  noCache: 0x40000000,
} as const;

/** fs/ext4/extents.c, indirect.c, extents_status.c and the ext4_map_blocks() family of inode.c. */
export interface BlockMapping {
  /** ext4_map_blocks(): looks up, and with `getBlocks.create` allocates or converts. Throws Refused. */
  map(inode: Inode, logical: number, length: number, flags: number): Mapped;
  /** ext4_da_map_blocks(): reserves holes for delayed allocation (ENOSPC when nothing is left). */
  mapDelayed(inode: Inode, logical: number, length: number): Mapped;
  /** ext4_ext_truncate() / ext4_ind_truncate(): everything from logical block `from` on goes. */
  truncate(inode: Inode, from: number): void;
  /** ext4_ext_remove_space() / ext4_ind_remove_space() over [from, to), delayed blocks included (punch-hole). */
  removeRange(inode: Inode, from: number, to: number): void;
  /** ext4_es_remove_extent() over [from, from+length): forgets delayed blocks and gives their reservation back. */
  forgetDelayed(inode: Inode, from: number, length: number): void;
  /** ext4_convert_unwritten_extents(): [from, from+length) became written by a finished write. */
  convertUnwritten(inode: Inode, from: number, length: number): void;
  /** ext4_ext_shift_extents(): moves all extents from `from` on left or right by `by` blocks (collapse, insert). */
  shift(inode: Inode, from: number, by: number, direction: 'left' | 'right'): void;
  /** insert-range: splits the extent that crosses `at` (ext4_split_extent_at() in ext4_insert_range()). */
  splitAt(inode: Inode, at: number): void;
  /** All extents in logical order, as FIEMAP would give them after merging; delayed blocks must be gone. */
  extents(
    inode: Inode,
  ): { logical: number; physical: number; length: number; state: 'written' | 'unwritten' }[];
  /**
   * The extents that lie in [from, to) of a file with an extent tree, cut to it; nothing of other files. Looking changes nothing,
   * which {@link extents} cannot say, since a lookup fills the status cache.
   */
  present(
    inode: Inode,
    from: number,
    to: number,
  ): { logical: number; physical: number; length: number; state: 'written' | 'unwritten' }[];
  /** Empty mapping for a new inode (extent tree or indirect map by `inode.usesExtents`). */
  createEmpty(inode: Inode): void;
  /** Blocks of delayed data (i_reserved_data_blocks, in clusters). */
  reservedClusters(inode: Inode): number;
  /** Unmount or eviction: the extent status cache is gone and tree blocks must be read again. No delayed blocks may be left. */
  remounted(inode: Inode): void;
  /** ext4_get_maxbytes(): the largest i_size a file may have here (EFBIG checks). */
  maxSizeBytes(inode: Inode): number;
}

/** fs/ext4/ialloc.c, namei.c, dir.c: names, inodes and directory blocks. Paths are relative to the mount's root, or to the plan's directory. */
export interface Namespace {
  /** ext4_create(): a regular file. EEXIST, ENOENT, ENOTDIR, ENAMETOOLONG, ENOSPC … */
  create(path: string): Inode;
  /** ext4_mkdir(). */
  makeDirectory(path: string): Inode;
  /** Path walk, which brings every inode on its way into memory; Refused('ENOENT' …) where there is none. */
  lookup(path: string): Inode;
  /** ext4_unlink(): removes the entry; the caller evicts the inode once links and descriptors are gone. EISDIR, ENOENT … */
  unlink(path: string): Inode;
  /** ext4_free_inode(), called by eviction after the blocks are gone. */
  freeInode(inode: Inode): void;
  /** The inode by number, from memory or from disk. */
  inode(ino: number): Inode;
  /** Every inode with in-memory state. */
  loaded(): Iterable<Inode>;
  /** ext4_get_max_inline_size(): bytes of data that fit into the inode itself; 0 where none do. */
  maxInlineBytes(inode: Inode): number;
}

/** jbd2, as far as it decides when freed blocks and inodes come back. */
export interface Journal {
  /** A commit: what was freed comes back. Without a journal nothing waits. */
  commit(): void;
  /**
   * ext4_should_retry_alloc(): forces a commit when frees are pending; true when another try makes sense. `retries` is
   * how often it was asked before for the same call: 0, 1, 2 …
   */
  shouldRetryAllocation(retries: number): boolean;
  /** A handle is started: a transaction runs from now on, if none did. */
  begin(): void;
  /** __ext4_iget(): an inode that comes into memory counts as changed by the running transaction, as nobody knows better. */
  loaded(inode: Inode): void;
  /** ext4_update_inode_fsync_trans(): the running transaction changes the inode; `data` where fdatasync(2) would need it too. */
  touch(inode: Inode, data: boolean): void;
  /** ext4_fsync_journal(): commits if the running transaction is the one that changed the inode (fdatasync looks at `data` changes only). */
  syncInode(inode: Inode, dataOnly: boolean): void;
  /**
   * jbd2_journal_start() with this many credits: a transaction that would grow beyond the journal's limit with them is
   * committed first. Only who journals data asks, since nothing else gets that large within a plan's rules.
   */
  reserve(credits: number): void;
  /** Blocks [from, to) of the file are written into the running transaction (data=journal). */
  takeBlocks(inode: Inode, from: number, to: number): void;
  /** ext4_inode_datasync_dirty(): the running transaction holds changes that fdatasync(2) needs. */
  isDirty(inode: Inode): boolean;
}
