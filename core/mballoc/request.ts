/**
 * What the rest of the filesystem says to the allocator, and what it answers
 * (fs/ext4/ext4.h: struct ext4_allocation_request and the EXT4_MB_* hints).
 */

/** The part of an inode that the allocator looks at. The inode of core/vfs is one. */
export interface AllocationOwner {
  readonly ino: number;
  /** S_ISREG: only regular files get data hints and preallocation. */
  readonly isRegular: boolean;
  /** EXT4_INODE_EXTENTS; an inode without extents must stay below block 2^32. */
  readonly usesExtents: boolean;
  /** i_size. */
  readonly sizeBytes: number;
  /** i_writecount: open descriptors that may write. */
  readonly openWriters: number;
  /** The inode's own preallocations, made by the allocator and opaque to everyone else. Null until the first one. */
  preallocations: unknown;
}

/** EXT4_MB_* request hints, one bit each; the values are the kernel's, so that its tracepoints can be read. */
export const hints = {
  merge: 0x0001,
  first: 0x0008,
  data: 0x0020,
  noPreallocation: 0x0040,
  groupAllocation: 0x0080,
  goalOnly: 0x0100,
  tryGoal: 0x0200,
  delallocReserved: 0x0400,
  stream: 0x0800,
  useRootBlocks: 0x1000,
  useReserved: 0x2000,
  strictCheck: 0x4000,
  /** EXT4_MB_ALIGNED_ALLOC of the RFC: the blocks must begin at a multiple of their number. */
  aligned: 0x40000,
} as const;

/** struct ext4_allocation_request. */
export interface AllocationRequest {
  readonly owner: AllocationOwner;
  /** First logical block wanted. */
  readonly logical: number;
  /** Blocks wanted (not clusters, also with bigalloc). */
  readonly length: number;
  /** Physical block near which the data would like to lie. */
  readonly goal: number;
  /** Closest allocated neighbours in logical order; physical 0 where there is none. */
  readonly leftLogical: number;
  readonly leftPhysical: number;
  readonly rightLogical: number;
  readonly rightPhysical: number;
  /** Sum of {@link hints}. */
  readonly flags: number;
}

/** What was allocated. */
export interface Allocated {
  /** First physical block. */
  readonly physical: number;
  /** Blocks given, at most those asked for (whole clusters may stand behind them). */
  readonly length: number;
}

/** EXT4_FREE_BLOCKS_* flags; the kernel's values. */
export const freeFlags = {
  metadata: 0x0001,
  forget: 0x0002,
  validated: 0x0004,
  noQuotaUpdate: 0x0008,
  noFreeFirstCluster: 0x0010,
  noFreeLastCluster: 0x0020,
  rereserveCluster: 0x0040,
} as const;

/**
 * The multiblock allocator of one mounted filesystem, as core/vfs sees it. Methods that fail throw `Refused` with
 * the kernel's errno.
 */
export interface BlockAllocator {
  /** ext4_mb_new_blocks(). ENOSPC, EDQUOT. */
  allocate(request: AllocationRequest): Allocated;
  /** ext4_new_meta_blocks(): metadata blocks of an inode (extent-tree nodes, indirect blocks, directory index). */
  allocateMetadata(owner: AllocationOwner, goal: number, flags: number, length: number): Allocated;
  /** ext4_free_blocks(): the blocks come back at {@link committed}, or at once without a journal. */
  free(owner: AllocationOwner | null, physical: number, length: number, flags: number): void;
  /** ext4_discard_preallocations(). */
  discardPreallocations(owner: AllocationOwner): void;
  /** The commit callback, ext4_process_freed_data(): what was freed since the last commit becomes free. True if anything was. */
  committed(): boolean;
  /** ext4_claim_free_clusters() for delayed allocation (ext4_da_reserve_space). False when there are not enough. */
  reserveDelayed(clusters: number, flags: number): boolean;
  /** Gives delayed reservations back (ext4_da_release_space, and the part of ext4_da_update_reserve_space). */
  releaseDelayed(clusters: number): void;
  /** percpu_counter_read_positive(s_freeclusters_counter), in clusters, as the whole system would sum it. */
  readonly freeClusters: number;
  /** s_dirtyclusters_counter. */
  readonly dirtyClusters: number;
  /** percpu_counter_read_positive(s_dirtyclusters_counter), with the same lag as {@link freeClustersRead} (ext4_nonda_switch). */
  readonly dirtyClustersRead: number;
  /** ext4_free_clusters_after_init() and friends: free clusters of a group, as its descriptor says. */
  freeClustersOfGroup(group: number): number;
  /** Reads mb_groups: initialises every group's buddy. */
  initialiseAllBuddies(): void;
  /**
   * percpu_counter_read_positive(s_freeclusters_counter) as find_group_orlov() sees it: without what CPU 0 has not yet
   * folded in (percpu_counter_add_batch(), batch max(32, 2 × CPUs)). In clusters; exact right after a mount.
   */
  readonly freeClustersRead: number;
  /** s_flex_groups[flexGroup].free_clusters: summed from the descriptors at mount, then kept by allocations and frees. */
  freeClustersOfFlexGroup(flexGroup: number): number;
  /**
   * __ext4_new_inode(): the group's first inode is taken. A group marked BLOCK_UNINIT loses the mark and its free count
   * becomes ext4_free_clusters_after_init(); nothing happens to others.
   */
  initialiseBlockBitmap(group: number): void;
  /**
   * ext4_rereserve_cluster(): clusters that were freed with `freeFlags.rereserveCluster` become free and promised again.
   */
  rereserve(clusters: number): void;
  /** s_mb_free_pending: clusters that come back at the next commit (ext4_should_retry_alloc()). */
  readonly pendingClusters: number;
  /** What the prefetch thread ends with (target.buddies `settled`): groups with free clusters have their buddies. */
  initialiseBuddiesWithFreeClusters(): void;
  /** ext4_has_free_clusters(): whether so many could be claimed. Callers may use root's blocks. */
  hasFreeClusters(clusters: number, flags: number): boolean;
}
