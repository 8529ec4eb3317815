/** A time of an inode: seconds since 1970 (34 bits with extra_isize) and nanoseconds. */
export interface InodeTime {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** EXT4_*_FL: inode flags that the reader or the mirror asks for. */
export const inodeFlags = {
  sync: 0x8,
  immutable: 0x10,
  append: 0x20,
  encrypt: 0x800,
  index: 0x1000,
  journalData: 0x4000,
  topDirectory: 0x20000,
  hugeFile: 0x40000,
  extents: 0x80000,
  verity: 0x100000,
  eaInode: 0x200000,
  inlineData: 0x10000000,
  projectInherit: 0x20000000,
  casefold: 0x40000000,
} as const;

/** One inode as it stands in its table (fs/ext4/ext4.h: struct ext4_inode). */
export interface InodeRecord {
  readonly ino: number;
  readonly group: number;
  /** i_mode with the type bits. */
  readonly mode: number;
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  /** i_blocks in units of 512 bytes, huge_file resolved. */
  readonly blocks: number;
  readonly links: number;
  /** Sum of {@link inodeFlags} and others. */
  readonly flags: number;
  readonly usesExtents: boolean;
  readonly inlineData: boolean;
  readonly generation: number;
  readonly accessTime: InodeTime;
  readonly changeTime: InodeTime;
  readonly modificationTime: InodeTime;
  /** Null where the inode has no room for it. */
  readonly creationTime: InodeTime | null;
  /** i_dtime: deletion time, or the next inode on the orphan list. */
  readonly deletionTime: number;
  readonly extraIsizeBytes: number;
  readonly projectId: number;
  /** Block of the inode's outside extended attributes; 0 for none. */
  readonly fileAclBlock: number;
  /** i_block: the 60 bytes of extent root, block pointers, link target or inline data. */
  readonly block: Uint8Array;
  /** What follows the inode's fields up to its size: extended attributes in the inode, with their magic number first. */
  readonly attributeArea: Uint8Array;
}
