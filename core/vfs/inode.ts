import type { AllocationOwner } from '../mballoc/request.ts';

/**
 * One inode in the mirror's memory: what ext4_inode_info and its on-disk form hold, as far as it decides where blocks
 * go or what a call answers. The mapping, the namespace and the data paths each own the part named after them and
 * leave the others alone.
 */
export interface Inode extends AllocationOwner {
  readonly ino: number;
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  readonly isRegular: boolean;
  usesExtents: boolean;
  inlineData: boolean;
  /** Other EXT4_*_FL flags as on disk (immutable, append, journal data, …). */
  flags: number;
  /** Block group of the inode (i_block_group). */
  readonly group: number;
  /** i_size. */
  sizeBytes: number;
  /** i_disksize. */
  diskSizeBytes: number;
  /** Directory entries that point here. */
  links: number;
  openWriters: number;
  openDescriptors: number;
  /** EXT4_STATE_NEWENTRY, EXT4_STATE_DA_ALLOC_CLOSE, … by name, where they change an allocation. */
  readonly states: Set<InodeState>;
  /** ei->i_dir_start_lookup, i_last_alloc_group and their kind. */
  lastAllocationGroup: number;
  preallocations: unknown;
  /** Owned by core/vfs/mapping: extent tree or indirect map, and the extent status of delayed blocks. */
  mapping: unknown;
  /** Owned by core/vfs/data: dirty pages, page-cache state. */
  data: unknown;
  /** Owned by core/vfs/namespace: entries of a directory. */
  directory: unknown;
  /** Of an inode read from disk: what follows its fields, extended attributes if it begins with their magic number. */
  readonly attributeArea?: Uint8Array;
}

export type InodeState =
  'new-entry' | 'alloc-on-close' | 'ext-migrate' | 'may-inline-data' | 'orphan' | 'no-security';
