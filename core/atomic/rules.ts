import type { ErrnoName } from '../errno.ts';

/** Where in the way of a write a rule stands, from the system call down. */
type Layer = 'system call' | 'filesystem' | 'direct I/O' | 'block device';

/** One rule of RWF_ATOMIC: what it says, what breaking it gives, and where the kernel says so (Linux 6.18). */
export interface Rule {
  readonly layer: Layer;
  /** What a write that breaks the rule gets. */
  readonly errno: ErrnoName;
  readonly text: string;
  readonly source: { readonly file: string; readonly function: string };
}

/**
 * All rules, in the order in which the kernel asks them: what a write gets is the errno of the first one that it
 * breaks. A file that may not be written atomically at all is refused before its length is looked at.
 */
export const rules = {
  'call.flag-known': {
    layer: 'system call',
    errno: 'EOPNOTSUPP',
    text: 'the kernel knows RWF_ATOMIC since 6.11',
    source: { file: 'include/linux/fs.h', function: 'kiocb_set_rw_flags' },
  },
  'call.file-kind': {
    layer: 'system call',
    errno: 'EOPNOTSUPP',
    text: 'only regular files and block devices take atomic writes',
    source: { file: 'include/linux/fs.h', function: 'kiocb_set_rw_flags' },
  },
  'call.filesystem-capable': {
    layer: 'filesystem',
    errno: 'EOPNOTSUPP',
    text: 'the filesystem supports atomic writes: ext4 and XFS do, since 6.13',
    source: { file: 'include/linux/fs.h', function: 'kiocb_set_rw_flags' },
  },
  'ext4.extent-feature': {
    layer: 'filesystem',
    errno: 'EOPNOTSUPP',
    text: 'ext4 supports atomic writes only with the extent feature',
    source: { file: 'fs/ext4/super.c', function: 'ext4_atomic_write_init' },
  },
  'ext4.extent-file': {
    layer: 'filesystem',
    errno: 'EOPNOTSUPP',
    text: 'an ext4 file must be mapped by extents, not by indirect blocks',
    source: { file: 'fs/ext4/ext4.h', function: 'ext4_inode_can_atomic_write' },
  },
  'ext4.device-capable': {
    layer: 'filesystem',
    errno: 'EOPNOTSUPP',
    text: 'ext4 writes atomically only what the device writes atomically',
    source: { file: 'fs/ext4/super.c', function: 'ext4_atomic_write_init' },
  },
  'ext4.windows-meet': {
    layer: 'filesystem',
    errno: 'EOPNOTSUPP',
    text: 'a length must be both at least a block (and the device minimum) and at most a cluster (and the device maximum)',
    source: { file: 'fs/ext4/super.c', function: 'ext4_atomic_write_init' },
  },
  'xfs.some-way': {
    layer: 'filesystem',
    errno: 'EOPNOTSUPP',
    text: 'XFS needs reflink (to complete the write in software) or a device that writes one block atomically',
    source: { file: 'fs/xfs/xfs_iops.c', function: 'xfs_get_atomic_write_min' },
  },
  'block.device-capable': {
    layer: 'block device',
    errno: 'EOPNOTSUPP',
    text: 'the device must advertise atomic writes',
    source: { file: 'block/fops.c', function: 'blkdev_open' },
  },
  'block.partition-aligned': {
    layer: 'block device',
    errno: 'EOPNOTSUPP',
    text: 'a partition must start on a multiple of the smallest unit and of the boundary of its disk',
    source: { file: 'include/linux/blkdev.h', function: 'bdev_can_atomic_write' },
  },
  'filesystem.at-least-minimum': {
    layer: 'filesystem',
    errno: 'EINVAL',
    text: 'the length must be at least the smallest unit of the file',
    source: {
      file: 'fs/ext4/file.c, fs/xfs/xfs_file.c',
      function: 'ext4_file_write_iter, xfs_file_write_iter',
    },
  },
  'filesystem.at-most-maximum': {
    layer: 'filesystem',
    errno: 'EINVAL',
    text: 'the length must be at most the largest unit of the file',
    source: {
      file: 'fs/ext4/file.c, fs/xfs/xfs_file.c',
      function: 'ext4_file_write_iter, xfs_file_write_iter',
    },
  },
  'block.inside': {
    layer: 'block device',
    errno: 'ENOSPC',
    text: 'a write must begin before the end of the device',
    source: { file: 'block/fops.c', function: 'blkdev_write_iter' },
  },
  'call.one-buffer': {
    layer: 'system call',
    errno: 'EINVAL',
    text: 'the data must come from one buffer',
    source: { file: 'fs/read_write.c', function: 'generic_atomic_write_valid' },
  },
  'call.power-of-two': {
    layer: 'system call',
    errno: 'EINVAL',
    text: 'the length must be a power of two',
    source: { file: 'fs/read_write.c', function: 'generic_atomic_write_valid' },
  },
  'call.naturally-aligned': {
    layer: 'system call',
    errno: 'EINVAL',
    text: 'the offset must be a multiple of the length',
    source: { file: 'fs/read_write.c', function: 'generic_atomic_write_valid' },
  },
  'call.direct': {
    layer: 'system call',
    errno: 'EOPNOTSUPP',
    text: 'the file must be open with O_DIRECT',
    source: { file: 'fs/read_write.c', function: 'generic_atomic_write_valid' },
  },
  'block.ends-inside': {
    layer: 'block device',
    errno: 'EINVAL',
    text: 'an atomic write is never cut short at the end of the device',
    source: { file: 'block/fops.c', function: 'blkdev_write_iter' },
  },
  'direct.sector-aligned': {
    layer: 'direct I/O',
    errno: 'EINVAL',
    text: 'offset and length must be multiples of the logical block of the device',
    source: {
      file: 'block/fops.c, fs/iomap/direct-io.c',
      function: 'blkdev_dio_invalid, iomap_dio_bio_iter',
    },
  },
  'block.at-least-minimum': {
    layer: 'block device',
    errno: 'EINVAL',
    text: 'the length must be a multiple of the smallest unit of the device',
    source: { file: 'block/blk-core.c', function: 'blk_validate_atomic_write_op_size' },
  },
  'block.at-most-maximum': {
    layer: 'block device',
    errno: 'EINVAL',
    text: 'the length must be at most the largest unit of the device',
    source: { file: 'block/blk-core.c', function: 'blk_validate_atomic_write_op_size' },
  },
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleId = keyof typeof rules;

/** A rule that stood in the way, with the figures of this very case and what would help. */
export interface Obstacle {
  readonly rule: RuleId;
  /** One sentence with the figures in it. */
  readonly because: string;
  /** A command or a call that would help, as text: never run by Untorn. Null where nothing helps. */
  readonly remedy: string | null;
}
