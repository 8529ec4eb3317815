/** Bits of the kernel's user interface, by the header that defines them. */

/** RWF_* of linux/fs.h: per-write flags of preadv2(2) and pwritev2(2). */
export const writeFlags = {
  highPriority: 0x1,
  dsync: 0x2,
  sync: 0x4,
  noWait: 0x8,
  append: 0x10,
  noAppend: 0x20,
  atomic: 0x40,
  dontCache: 0x80,
} as const;

/** FALLOC_FL_* of linux/falloc.h. */
export const fallocateFlags = {
  keepSize: 0x01,
  punchHole: 0x02,
  collapseRange: 0x08,
  zeroRange: 0x10,
  insertRange: 0x20,
  unshareRange: 0x40,
  writeZeroes: 0x80,
} as const;

/** MS_* of linux/mount.h. */
export const mountFlags = { readOnly: 0x1, noSuid: 0x2, noDev: 0x4, noExec: 0x8, noAtime: 0x400 } as const;

/** MNT_* and UMOUNT_* of sys/mount.h. */
export const unmountFlags = { force: 0x1, detach: 0x2, expire: 0x4, noFollow: 0x8 } as const;

/** FIEMAP_EXTENT_* of linux/fiemap.h. */
export const extentFlags = {
  last: 0x1,
  unknown: 0x2,
  delayedAllocation: 0x4,
  encoded: 0x8,
  inline: 0x200,
  tail: 0x400,
  unwritten: 0x800,
  merged: 0x1000,
  shared: 0x2000,
} as const;
