/** One entry of a directory block, unused ones (inode 0) included (fs/ext4/ext4.h: struct ext4_dir_entry_2). */
export interface DirectoryEntry {
  readonly ino: number;
  readonly name: Uint8Array;
  /** Bytes from this entry to the next. */
  readonly recordLength: number;
  /** EXT4_FT_*: 0 unknown, 1 file, 2 directory, 7 symbolic link; 0xDE marks the checksum tail. */
  readonly fileType: number;
  /** Place inside {@link DirectoryBlock.bytes}. */
  readonly offset: number;
}

/** The hash index of a dx root or node (fs/ext4/namei.c: struct dx_root, dx_node). */
export interface HashIndex {
  /** Of the root's dx_root_info; null in nodes. */
  readonly hashVersion: number | null;
  /** Levels of nodes below the root (root only; 0 in nodes). */
  readonly indirectLevels: number;
  /** Entries that fit, and entries in use. */
  readonly limit: number;
  readonly count: number;
  /** The first entry's hash is 0: its place on disk holds limit and count. */
  readonly entries: readonly { readonly hash: number; readonly block: number }[];
}

/** One block of a directory in logical order. Holes are left out. */
export interface DirectoryBlock {
  readonly logical: number;
  /** Filesystem block; null for the areas of an inline directory. */
  readonly physical: number | null;
  /**
   * `linear`: entries only. `root`, `node`: of a hashed directory. `inline`: entries inside the inode (logical 0: the
   * 56 bytes of i_block after the parent's number, 1: the rest, in the value of the attribute system.data).
   */
  readonly kind: 'linear' | 'root' | 'node' | 'inline';
  readonly bytes: Uint8Array;
  /** Empty for nodes; `.` and `..` for a root. The checksum tail is left out. */
  readonly entries: readonly DirectoryEntry[];
  readonly index: HashIndex | null;
  /** Inline directories only: the parent's inode number, for which there is no `..` entry. */
  readonly parent: number | null;
}
