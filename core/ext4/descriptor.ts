/** One group descriptor (fs/ext4/ext4.h: struct ext4_group_desc), 32 or 64 bytes on disk. */
export interface GroupDescriptor {
  readonly group: number;
  /** Block numbers of the group's bitmaps and of the first block of its inode table. */
  readonly blockBitmap: number;
  readonly inodeBitmap: number;
  readonly inodeTable: number;
  readonly freeClusters: number;
  readonly freeInodes: number;
  readonly usedDirectories: number;
  /** bg_itable_unused: inodes at the table's end that were never used. */
  readonly unusedInodes: number;
  /** The three flags count only with descriptor checksums (uninit_bg or metadata_csum), as in the kernel. */
  readonly blockUninit: boolean;
  readonly inodeUninit: boolean;
  readonly inodeZeroed: boolean;
  readonly checksum: number;
  readonly blockBitmapChecksum: number;
  readonly inodeBitmapChecksum: number;
}
